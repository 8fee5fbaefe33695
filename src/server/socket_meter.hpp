#pragma once
#include <functional>
#include <memory>

#include "server/frame_scan.hpp"
#include "server/input_tap.hpp"
#include "server/problem.hpp"
#include "server/socket_limits.hpp"

namespace tessera::server {

/// What one client sends, before libsoup makes messages of it: how much in a turn of the loop, how much at
/// all, how large a message becomes, how many pings. Owned by the connection and its stream, on the control
/// thread.
class SocketMeter : public InputTap {
 public:
  /// A rule that was broken. From here on everything that comes is thrown away until the client hangs up. A
  /// client that goes on sending is not read for a while, so that it looks at what it was told: bytes that
  /// nobody has read when a connection ends make the kernel reset it, and the client loses the reason.
  struct Breach {
    Problem problem;
    int close_code;  ///< RFC 6455 section 7.4.1
  };
  using OnBreach = std::function<void(const Breach&)>;
  using Clock = RateLimit::Clock;

  SocketMeter(const SocketLimits& limits, OnBreach on_breach,
              std::function<Clock::time_point()> now = Clock::now);

  /// The largest message from now on.
  void allow_messages_of(std::size_t bytes) { max_message_ = bytes; }
  /// The server has said that it closes: only the client's answer to that is waited for.
  void expect_close() { draining_ = true; }
  /// The connection is going; nobody is told of a breach any more.
  void forget() { on_breach_ = nullptr; }
  /// Bytes of the pongs that the client's pings have made.
  [[nodiscard]] std::uint64_t pong_bytes() const { return pong_bytes_; }

  void next_turn() override;
  [[nodiscard]] std::chrono::milliseconds pause() override;
  [[nodiscard]] std::size_t may_read() const override;
  Fate on_read(std::span<const std::uint8_t> bytes) override;
  [[nodiscard]] bool waits_for_others() const override;

 private:
  Fate breach(Problem problem, int close_code);

  FrameScan frames_;
  RateLimit input_;
  RateLimit pings_;
  OnBreach on_breach_;
  std::function<Clock::time_point()> now_;
  std::size_t max_message_;
  std::size_t turn_bytes_ = 0;
  std::size_t turn_messages_ = 0;
  std::uint64_t pong_bytes_ = 0;
  std::uint64_t drained_ = 0;
  bool draining_ = false;
  enum class LastPause { none, due, made } last_pause_ = LastPause::none;
};

}  // namespace tessera::server

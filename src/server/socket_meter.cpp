#include "server/socket_meter.hpp"

#include "server/client_message.hpp"

namespace tessera::server {
namespace {

// A message takes well under a millisecond, a read of libsoup's 1 kB some microseconds.
constexpr std::size_t bytes_per_turn = 16 * 1024;
constexpr std::size_t messages_per_turn = 8;
constexpr std::size_t bytes_to_drain = 256 * 1024;  ///< after that comes the last pause, and the end
constexpr std::chrono::seconds last_pause{2};
constexpr double frame_cost = 64;  ///< of a frame however small, in bytes
constexpr std::uint64_t pong_header = 2;
constexpr int policy = 1008, too_big = 1009;

}  // namespace

SocketMeter::SocketMeter(const SocketLimits& limits, OnBreach on_breach,
                         std::function<Clock::time_point()> now)
    : input_(limits.input, now()),
      pings_(limits.pings, now()),
      on_breach_(std::move(on_breach)),
      now_(std::move(now)),
      max_message_(max_message_before_join) {}

void SocketMeter::next_turn() {
  turn_bytes_ = 0;
  turn_messages_ = 0;
}

std::chrono::milliseconds SocketMeter::pause() {
  if (last_pause_ != LastPause::due) return std::chrono::milliseconds(0);
  last_pause_ = LastPause::made;
  return last_pause;
}

std::size_t SocketMeter::may_read() const {
  if (last_pause_ == LastPause::due) return 0;
  return turn_messages_ < messages_per_turn && turn_bytes_ < bytes_per_turn ? bytes_per_turn - turn_bytes_
                                                                            : 0;
}

bool SocketMeter::waits_for_others() const {
  return draining_ || input_.left() < 0.75;
}

InputTap::Fate SocketMeter::on_read(std::span<const std::uint8_t> bytes) {
  turn_bytes_ += bytes.size();
  const FrameScan::Seen seen = frames_.feed(bytes);
  turn_messages_ += seen.messages;
  if (draining_) {
    if (seen.closes > 0 || last_pause_ != LastPause::none) return Fate::end;
    drained_ += bytes.size();
    if (drained_ > bytes_to_drain) last_pause_ = LastPause::due;
    return Fate::drop;
  }
  pong_bytes_ += seen.ping_bytes + seen.pings * pong_header;
  const auto now = now_();
  if (!input_.take(now, static_cast<double>(bytes.size()) + frame_cost * static_cast<double>(seen.frames)))
    return breach({429, "rate-limited", "too much data; this connection is closed"}, policy);
  if (seen.pings > 0 && !pings_.take(now, static_cast<double>(seen.pings)))
    return breach({429, "rate-limited", "too many pings; this connection is closed"}, policy);
  if (seen.largest_message > max_message_)
    return breach({413, "too-large",
                   fmt::format("a message is at most {} bytes{}", max_message_,
                               max_message_ < max_client_message ? " before join" : "")},
                  too_big);
  return Fate::pass;
}

InputTap::Fate SocketMeter::breach(Problem problem, int close_code) {
  draining_ = true;
  if (const auto tell = on_breach_) tell({std::move(problem), close_code});
  return Fate::drop;
}

}  // namespace tessera::server

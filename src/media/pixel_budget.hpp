#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tessera::media {

/// Keeps a room's senders within what it can decode. A sender over its limit is first asked for less; if that
/// does not help only its key frames are decoded; in the end it is closed. The limit of each is the one for
/// an endpoint, or its fair share of the room's where all together want more than that. Pure.
class PixelBudget {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Limits {
    std::uint64_t endpoint = 0, room = 0;  ///< pixels a second; 0: no limit
  };
  enum class Step { free, asked, key_frames, closed };
  struct Source {
    std::string id;
    double pixels = 0;  ///< a second, that it asks to have decoded
  };
  struct Order {
    std::string id;
    Step step = Step::free;
    std::uint64_t limit = 0;  ///< pixels a second that it may ask for
  };

  static constexpr std::chrono::seconds patience{5};        ///< over the limit, after it was asked for less
  static constexpr std::chrono::seconds last_patience{10};  ///< over the limit, with its key frames alone
  static constexpr std::chrono::seconds calm{5};     ///< below it, until all its frames are decoded again
  static constexpr std::chrono::seconds memory{60};  ///< below it, until it may send what it likes

  explicit PixelBudget(Limits limits) : limits_(limits) {}

  /// Once a second or so, with every source that there is. Gives the changes.
  std::vector<Order> look(const std::vector<Source>& sources, Time now);

 private:
  struct State {
    Step step = Step::free;
    Time since{};    ///< of the step
    Time crossed{};  ///< since when it has been on this side of its limit
    bool over = false;
  };
  [[nodiscard]] double limit_of_each(const std::vector<Source>& sources) const;
  static Step next_step(const State& state, double excess, Time now);

  const Limits limits_;
  std::map<std::string, State> states_;
};

}  // namespace tessera::media

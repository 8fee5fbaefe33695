#pragma once
// One producer, many consumers that come and go while it runs.

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace tessera::media {

/// `call` runs on the producer's thread and holds no lock of the list while it calls out. Dropping a token
/// (any thread) waits for a call under way to that consumer; a consumer may drop its own token from within
/// its call. Tokens may outlive the Fanout.
template <typename... Args>
class Fanout {
 public:
  using Consumer = std::function<void(Args...)>;

  /// `left` runs after the consumer is gone, on the thread that dropped the token.
  [[nodiscard]] std::shared_ptr<void> subscribe(Consumer consumer, std::function<void()> left = {}) {
    auto seat = std::make_shared<Seat>();
    seat->consumer = std::move(consumer);
    {
      const std::lock_guard lock(state_->mutex);
      state_->seats.push_back(seat);
    }
    Seat* raw = seat.get();
    return std::shared_ptr<void>(
        raw, [state = state_, seat = std::move(seat), left = std::move(left)](void*) {
          {
            const std::lock_guard lock(state->mutex);
            std::erase(state->seats, seat);
          }
          {
            const std::lock_guard lock(seat->mutex);
            seat->closed = true;
            if (!seat->running) seat->consumer = nullptr;  // else it goes with the seat, after its own call
          }
          if (left) left();
        });
  }

  void call(Args... args) {
    std::vector<std::shared_ptr<Seat>> seats;
    {
      const std::lock_guard lock(state_->mutex);
      seats = state_->seats;
    }
    for (const auto& seat : seats) {
      const std::lock_guard lock(seat->mutex);
      if (seat->closed) continue;
      seat->running = true;
      seat->consumer(args...);
      seat->running = false;
    }
  }

  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(state_->mutex);
    return state_->seats.size();
  }

 private:
  struct Seat {
    std::recursive_mutex mutex;  ///< recursive: a consumer may drop its own token
    Consumer consumer;
    bool closed = false, running = false;
  };
  struct State {
    mutable std::mutex mutex;
    std::vector<std::shared_ptr<Seat>> seats;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace tessera::media

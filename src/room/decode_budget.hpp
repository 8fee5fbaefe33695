#pragma once
#include <map>
#include <memory>
#include <string>

#include "base/loop.hpp"
#include "media/pixel_budget.hpp"
#include "room/seat.hpp"

namespace tessera::room {

/// Keeps what a room's senders want decoded within the configured budget: reads the meters of all seats once
/// a second and carries out what media::PixelBudget decides. Owned by the Room, on the control thread.
class DecodeBudget {
 public:
  using Seats = std::map<std::string, std::shared_ptr<Seat>>;
  /// `hints_changed` is called when a sender is to be asked for less, or may send more again.
  DecodeBudget(Loop& loop, media::PixelBudget::Limits limits, const Seats& seats,
               std::function<void()> hints_changed);

  /// Pixels a second that this endpoint ("main", "screen") may send; 0: no more than its tile needs.
  [[nodiscard]] std::uint64_t limit_of(const std::string& participant, const std::string& endpoint) const;

 private:
  void look();
  void carry_out(const media::PixelBudget::Order& order);

  const Seats& seats_;
  const std::function<void()> hints_changed_;
  const std::uint64_t ceiling_;
  media::PixelBudget budget_;
  std::map<std::string, std::uint64_t> limits_;  ///< "participant/endpoint" → pixels a second
  media::PixelBudget::Time looked_ = std::chrono::steady_clock::now();
  SourceGuard tick_;
};

}  // namespace tessera::room

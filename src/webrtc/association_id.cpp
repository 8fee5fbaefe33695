#include "webrtc/association_id.hpp"

#include <bitset>
#include <mutex>

namespace tessera::webrtc {
namespace {

constexpr std::uint32_t most = 65'535;

struct Table {
  std::mutex mutex;
  std::bitset<most + 1> taken;
  std::uint32_t last = 0;
};
Table& table() {
  static Table ids;
  return ids;
}

// In turn: a number that has just been given back is the last to be given again.
std::uint32_t take() {
  auto& ids = table();
  const std::lock_guard lock(ids.mutex);
  for (std::uint32_t tries = 0; tries < most; ++tries) {
    ids.last = ids.last % most + 1;
    if (ids.taken.test(ids.last)) continue;
    ids.taken.set(ids.last);
    return ids.last;
  }
  return 0;
}

}  // namespace

AssociationId::AssociationId() : value_(take()) {}

AssociationId::~AssociationId() {
  if (value_ == none) return;
  auto& ids = table();
  const std::lock_guard lock(ids.mutex);
  ids.taken.reset(value_);
}

}  // namespace tessera::webrtc

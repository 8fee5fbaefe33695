#include "webrtc/data_budget.hpp"

#include <algorithm>

namespace tessera::webrtc {

bool DataBudget::take(std::uint64_t bytes, GstClockTime now) {
  if (at_ != 0 && now > at_)
    left_ = std::min(burst, left_ + bytes_per_second * static_cast<double>(now - at_) / GST_SECOND);
  at_ = std::max(at_, now);
  left_ -= static_cast<double>(bytes);
  return left_ >= 0;
}

}  // namespace tessera::webrtc

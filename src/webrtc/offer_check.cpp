#include "webrtc/offer_check.hpp"

#include "webrtc/answer_plan.hpp"
#include "webrtc/served_codecs.hpp"

namespace tessera::webrtc {

Result<void> check_offer(std::string_view offer, OfferUse use, const std::vector<std::string>& codecs) {
  const auto kind = use == OfferUse::publishing ? EndpointKind::publisher : EndpointKind::viewer;
  const auto plan = plan_answer(offer, kind, served_codecs(codecs), received_codecs());
  if (!plan) return plan.error();
  return {};
}

}  // namespace tessera::webrtc

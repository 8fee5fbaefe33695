#include "server/whip_session.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/random.hpp"

namespace tessera::server {

WhipSession::WhipSession(Spec spec, std::function<void(const std::string& id)> on_gone)
    : spec_(std::move(spec)),
      etag_("\"" + random_token(12) + "\""),
      ufrag_(ice_ufrag_of(spec_.offer)),
      mids_(media_mids_of(spec_.offer)),
      on_gone_(std::move(on_gone)) {}

std::string WhipSession::path() const {
  return "/" + spec_.kind + "/" + spec_.room->name() + "/" + spec_.id;
}

// The room counts media sections as the offer does; a fragment may hold only some of them.
int WhipSession::media_index_of(const FragmentCandidate& candidate) const {
  const auto found = std::find(mids_.begin(), mids_.end(), candidate.mid);
  if (!candidate.mid.empty() && found != mids_.end()) return static_cast<int>(found - mids_.begin());
  return std::clamp(candidate.media_index.value_or(0), 0, std::max(0, static_cast<int>(mids_.size()) - 1));
}

Result<void> WhipSession::add_candidates(const SdpFragment& fragment) {
  if (!fragment.ufrag.empty() && fragment.ufrag != ufrag_)
    return error("ice-restart", "an ICE restart is not supported: end this session and start another");
  for (const auto& candidate : fragment.candidates) {
    const int index = media_index_of(candidate);
    const std::string mid =
        static_cast<std::size_t>(index) < mids_.size() ? mids_[static_cast<std::size_t>(index)] : "";
    spec_.room->request("candidate",
                        Json::object({{"participant", spec_.participant},
                                      {"endpoint", "main"},
                                      {"candidate", candidate.candidate},
                                      {"sdpMid", mid},
                                      {"sdpMLineIndex", index}}),
                        [](const messages::Reply&) {});
  }
  return {};
}

void WhipSession::leave(const std::string& reason) {
  spec_.room->request("leave", Json::object({{"participant", spec_.participant}, {"reason", reason}}),
                      [](const messages::Reply&) {});
  gone();
}

void WhipSession::on_room_event(const RoomEvent& event) {
  const bool own = event.data()["id"].as_string() == spec_.participant;
  if (event.name() == "bye" || (event.name() == "participant-left" && own)) return gone();
  // "kept": an earlier connection of the seat goes on, and this one is not waited for any more.
  const std::string state = event.name() == "endpoint" ? event.data()["state"].as_string() : "";
  if (state == "connected" || state == "kept") spec_.pending.reset();
  // Nobody else can tell it that its only connection is over, and it cannot make another.
  if (state == "closed") leave("lost");
}

void WhipSession::on_room_ended(const std::string&) {
  gone();
}

void WhipSession::on_replaced() {
  log::info("{} session of participant {} in room {} is over: its publisher has come again", spec_.kind,
            spec_.participant, spec_.room->name());
  gone();
}

void WhipSession::gone() {
  const auto self = shared_from_this();
  spec_.pending.reset();
  spec_.room->detach(spec_.participant, this);
  if (const auto tell = std::exchange(on_gone_, nullptr)) tell(spec_.id);
}

}  // namespace tessera::server

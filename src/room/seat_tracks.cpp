// A seat's endpoints on their way into the tracks of a recording.
#include "room/seat.hpp"

namespace tessera::room {

void Seat::record_tracks(TrackSource source) {
  track_source_ = std::move(source);
  for (const auto& [endpoint, slot] : slots_) {
    slot.track->close();
    open_track(endpoint, slot);
  }
}

void Seat::open_track(const std::string& endpoint, const Slot& slot) {
  const bool audio = slot.endpoint->receives_audio();
  const bool video = slot.endpoint->receives_video();
  if (!track_source_ || (!audio && !video)) return;
  slot.track->open(track_source_({identity_.id, identity_.name, endpoint, audio, video},
                                 [weak = std::weak_ptr<webrtc::Endpoint>(slot.endpoint)] {
                                   if (const auto alive = weak.lock()) alive->request_key_frame();
                                 }));
}

}  // namespace tessera::room

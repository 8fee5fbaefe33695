#include "room/seat.hpp"

#include <fmt/chrono.h>

#include <algorithm>

#include "base/log.hpp"
#include "base/random.hpp"
#include "media/video_input.hpp"
#include "webrtc/sdp.hpp"
#include "webrtc/served_codecs.hpp"

namespace tessera::room {

std::string_view name_of(SeatKind kind) {
  switch (kind) {
    case SeatKind::participant:
      return "participant";
    case SeatKind::publisher:
      return "publisher";
    case SeatKind::viewer:
      return "viewer";
  }
  return "participant";
}

SeatKind seat_kind_from(std::string_view word) {
  if (word == "publisher") return SeatKind::publisher;
  if (word == "viewer") return SeatKind::viewer;
  return SeatKind::participant;
}

namespace {

// Encoders and the bridge hold an endpoint for the moment of a push, so the last reference may go on one of
// their threads. An endpoint is destroyed on the control thread: there at once, from elsewhere by a post.
std::shared_ptr<webrtc::Endpoint> owned_by_control_thread(Loop& loop,
                                                          std::shared_ptr<webrtc::Endpoint> endpoint) {
  webrtc::Endpoint* raw = endpoint.get();
  return {raw, [&loop, keep = std::move(endpoint)](webrtc::Endpoint*) mutable {
            if (g_main_context_is_owner(loop.context()))
              keep.reset();
            else
              loop.post([last = std::move(keep)]() mutable { last.reset(); });
          }};
}

// By m-line; "" for one without.
std::vector<std::string> mids_of(std::string_view offer) {
  std::vector<std::string> mids;
  if (const auto sdp = webrtc::parse_sdp(offer))
    for (const auto& media : sdp->media) {
      const auto* mid = media.attributes.find("mid");
      mids.push_back(mid ? *mid : "");
    }
  return mids;
}

/// Answers an offer whose endpoint goes before its answer has come.
void refuse_unanswered(Seat::OfferReply& reply, const std::string& endpoint) {
  if (auto call = std::exchange(reply, nullptr))
    call(error("conflict", "the endpoint \"{}\" was closed or replaced before its answer was ready",
               endpoint));
}

Error renegotiation_unsupported(const std::string& endpoint) {
  return error(
      "renegotiation-unsupported",
      "the endpoint \"{}\" has been answered for this connection, and goes on as it is: a connection "
      "is negotiated once. Offer camera and microphone from the start and use replaceTrack to change "
      "what is sent. A screen has an endpoint of its own. For new ICE credentials make a new "
      "connection; it takes over when it is connected",
      endpoint);
}

}  // namespace

Seat::Seat(SeatDeps deps, Identity identity, SeatEvents events)
    : deps_(deps), identity_(std::move(identity)), events_(std::move(events)), resume_(random_token(24)) {
  sound_ = deps_.bridge.add_seat(identity_.id);
  sound_->set_playout_delay(std::chrono::milliseconds(deps_.config.room.playout_delay_ms));
  set_processing(deps_.sound.processing.suppress_noise, deps_.sound.processing.auto_gain);
  make_tile();
  refresh_tiles();
}

void Seat::make_tile() {
  if (tile_ || !in_picture()) return;
  tile_ = deps_.canvas.create_tile(identity_.name);
  tile_->set_playout_delay(std::chrono::milliseconds(deps_.config.room.playout_delay_ms));
}

Seat::~Seat() {
  while (!successors_.empty()) drop_successor(std::string(successors_.begin()->first));
  while (!slots_.empty()) drop_slot(slots_.begin()->first);
}

webrtc::EndpointSpec Seat::spec_for(Offer offer) const {
  const auto& config = deps_.config;
  webrtc::EndpointSpec spec;
  spec.name = identity_.id + "-" + offer.endpoint;
  spec.owner = identity_.id;
  if (offer.endpoint == "screen")
    spec.kind = webrtc::EndpointKind::publisher;
  else if (identity_.kind == SeatKind::publisher)
    spec.kind = webrtc::EndpointKind::publisher;
  else if (!in_picture())
    spec.kind = webrtc::EndpointKind::viewer;
  spec.offer = std::move(offer.sdp);
  spec.trickle = offer.trickle;
  spec.ice.turn = std::move(offer.turn);
  spec.codecs = webrtc::served_codecs(config.video.codecs);
  spec.receive_codecs = webrtc::received_codecs();
  spec.ice.announced = config.ice.announced_addresses;
  spec.ice.addresses = config.ice.addresses;
  spec.ice.loopback = config.ice.loopback;
  spec.ice.link_local = config.ice.link_local;
  spec.ice.min_port = config.ice.min_port;
  spec.ice.max_port = config.ice.max_port;
  if (!config.ice.stun_servers.empty()) spec.ice.stun = config.ice.stun_servers.front();
  spec.jitter_latency = std::chrono::milliseconds(config.room.jitter_ms);
  spec.stereo = deps_.sound.music;
  if (deps_.sound.music) spec.audio_bitrate = deps_.sound.bridge.encoder.bitrate;
  spec.silence_limit = std::chrono::seconds(config.room.silence_seconds);
  return spec;
}

webrtc::EndpointEvents Seat::events_for(const std::string& endpoint, std::uint64_t generation,
                                        std::shared_ptr<media::Tile> tile, std::shared_ptr<TrackTap> track,
                                        std::shared_ptr<media::PixelMeter> pixels,
                                        std::shared_ptr<OfferReply> reply) {
  webrtc::EndpointEvents events;
  const std::weak_ptr<Seat> weak = weak_from_this();
  const auto slot_event = [weak, endpoint, generation](std::function<void(Seat&, Slot&)> work) {
    if (auto self = weak.lock())
      self->with_slot(endpoint, generation, [&](Slot& slot) { work(*self, slot); });
  };
  const auto answer_once = [reply](Result<std::string> result) {
    if (auto call = std::exchange(*reply, nullptr)) call(std::move(result));
  };
  events.answer = [answer_once](std::string sdp) { answer_once(std::move(sdp)); };
  events.failed = [weak, endpoint, generation, answer_once](Error failure) {
    answer_once(std::move(failure));
    if (auto self = weak.lock())
      self->deps_.loop.post([weak, endpoint, generation] {
        if (auto alive = weak.lock())
          alive->with_slot(endpoint, generation, [&](Slot& slot) {
            if (alive->slots_.contains(endpoint) && &alive->slots_[endpoint] == &slot)
              alive->drop_slot(endpoint);
            else
              alive->drop_successor(endpoint);
          });
      });
  };
  events.connected = [slot_event, endpoint, generation] {
    slot_event([endpoint, generation](Seat& self, Slot&) { self.on_connected(endpoint, generation); });
  };
  events.closed = [weak, slot_event, endpoint, generation](std::string reason) {
    slot_event([weak, endpoint, generation, reason](Seat& self, Slot&) {
      // Posted: the endpoint is the caller and must not be destroyed under its own feet.
      self.deps_.loop.post([weak, endpoint, generation, reason] {
        auto alive = weak.lock();
        if (!alive) return;
        alive->with_slot(endpoint, generation, [&](Slot&) { alive->give_up(endpoint, generation, reason); });
      });
    });
  };
  const auto* pipelines = &deps_.pipelines;
  auto* loop = &deps_.loop;
  events.video_source = [weak, loop, pipelines, tile, pixels, endpoint, generation](
                            GstBin* pipeline, GstPad* source, gst::Codec codec) {
    if (!tile) return;
    if (auto attached = media::attach_video_input(pipeline, source, codec, *pipelines, tile, pixels);
        !attached)
      log::error("{}: no picture: {}", endpoint, attached.error().message);
    loop->post([weak, endpoint, generation] {
      if (auto self = weak.lock())
        self->with_slot(endpoint, generation, [&](Slot& slot) {
          slot.has_video = true;
          self->refresh_tiles();
          self->events_.changed();
          self->events_.picture_changed();
        });
    });
  };
  events.video_frame = [track](const webrtc::ReceivedFrame& received) {
    track->push_video(received.codec, received.frame, received.running_time, received.key, received.avcc);
  };
  if (endpoint == "main") {
    events.audio_packet = [sound = sound_, track](GstBuffer* packet, GstClockTime running_time, int lost,
                                                  int level) {
      sound->push(packet, running_time, lost, level);
      track->push_audio(packet, running_time);
    };
    events.audio_loss = [sound = sound_](double fraction) { sound->report_loss(fraction); };
  } else {
    events.audio_packet = [sound = sound_, track](GstBuffer* packet, GstClockTime running_time, int lost,
                                                  int level) {
      sound->push_screen(packet, running_time, lost, level);
      track->push_audio(packet, running_time);
    };
  }
  return events;
}

void Seat::offer(Offer offer, OfferReply reply) {
  const std::string endpoint = offer.endpoint;
  if (endpoint != "main" && endpoint != "screen")
    return reply(error("bad-request", "endpoint \"{}\" is unknown; use \"main\" or \"screen\"", endpoint));
  if (endpoint == "screen" && !in_picture())
    return reply(error("forbidden", "a viewer cannot share a screen"));
  auto identity = webrtc::OfferIdentity::of(offer.sdp);
  for (const auto* known : {&slots_, &successors_})
    if (const auto found = known->find(endpoint);
        !offer.fresh && found != known->end() && same_connection(found->second.offer, identity))
      return reply(renegotiation_unsupported(endpoint));
  const std::uint64_t generation = next_generation_++;
  std::shared_ptr<media::Tile> tile = tile_;
  if (endpoint == "screen") {
    tile = deps_.canvas.create_tile(identity_.name + " (screen)");
    tile->set_playout_delay(std::chrono::milliseconds(deps_.config.room.playout_delay_ms));
  }
  auto shared_reply = std::make_shared<OfferReply>(std::move(reply));
  const layout::Presence now = presence();
  auto track = endpoint == "screen" ? std::make_shared<TrackTap>(now.screen_sound, now.screen)
                                    : std::make_shared<TrackTap>(now.heard, now.camera);
  auto pixels = std::make_shared<media::PixelMeter>();
  auto events = events_for(endpoint, generation, tile, track, pixels, shared_reply);
  events.local_candidate = [weak = weak_from_this(), endpoint, mids = mids_of(offer.sdp)](
                               std::string candidate, int mline) {
    const auto index = static_cast<std::size_t>(mline);
    if (auto self = weak.lock())
      self->events_.local_candidate(endpoint, std::move(candidate), mline,
                                    index < mids.size() ? mids[index] : "");
  };
  auto send = std::make_shared<SendPath>();
  events.key_frame_wanted = [weak = std::weak_ptr<SendPath>(send)] {
    if (auto path = weak.lock()) path->request_key_frame();
  };
  auto created =
      webrtc::Endpoint::create(deps_.loop, deps_.worker, spec_for(std::move(offer)), std::move(events));
  if (!created) {
    if (auto call = std::exchange(*shared_reply, nullptr)) call(std::move(created).error());
    return;
  }
  const auto owned = owned_by_control_thread(deps_.loop, std::move(*created));
  Slot slot;
  slot.endpoint = owned;
  slot.send = send;
  slot.tile = tile;
  slot.reply = shared_reply;
  slot.generation = generation;
  slot.track = track;
  slot.pixels = pixels;
  slot.offer = std::move(identity);
  drop_successor(endpoint);
  // Whoever has a connection keeps it until the new one is known to be good.
  if (const auto live = slots_.find(endpoint); live != slots_.end() && live->second.connected) {
    successors_[endpoint] = std::move(slot);
    return;
  }
  (void)instal(endpoint, std::move(slot));
}

Result<void> Seat::instal(const std::string& endpoint, Slot slot) {
  drop_slot(endpoint);
  endpoint == "main" ? sound_->reset_input() : sound_->reset_screen();
  const auto send = slot.send;
  slots_[endpoint] = std::move(slot);
  if (auto started = send->start(slots_[endpoint].endpoint, deps_.renditions, sound_, held_); !started) {
    if (auto call = std::exchange(*slots_[endpoint].reply, nullptr)) call(started.error());
    drop_slot(endpoint);
    return started;
  }
  open_track(endpoint, slots_[endpoint]);
  refresh_tiles();
  refresh_presence();
  events_.picture_changed();
  return {};
}

void Seat::on_connected(const std::string& endpoint, std::uint64_t generation) {
  if (auto next = successors_.extract(endpoint); !next.empty() && next.mapped().generation == generation) {
    if (auto installed = instal(endpoint, std::move(next.mapped())); !installed) {
      log::error("{}: nothing can be sent to the new connection: {}", identity_.id,
                 installed.error().message);
      events_.endpoint_state(endpoint, "closed", "media-error");
      events_.changed();
      return;
    }
  } else if (!next.empty()) {
    successors_.insert(std::move(next));
  }
  Slot& slot = slots_[endpoint];
  slot.connected = true;
  had_media_ = true;
  slot.hears_since = std::chrono::steady_clock::now();
  if (slot.send) slot.send->connected();
  events_.endpoint_state(endpoint, "connected", "");
  refresh_tiles();
  events_.changed();
}

Result<void> Seat::add_candidate(const std::string& endpoint, const std::string& candidate, int mline) {
  const Slot* slot = newest_slot(endpoint);
  if (!slot)
    return error("unknown-endpoint", "there is no endpoint \"{}\" yet; send its offer first", endpoint);
  return slot->endpoint->add_candidate(candidate, mline);
}

Result<void> Seat::close_endpoint(const std::string& endpoint) {
  if (!newest_slot(endpoint)) return error("unknown-endpoint", "there is no endpoint \"{}\"", endpoint);
  drop_successor(endpoint);
  drop_slot(endpoint);
  events_.changed();
  return {};
}

std::vector<std::string> Seat::endpoints() const {
  std::vector<std::string> names;
  for (const auto& [name, slot] : slots_) names.push_back(name);
  return names;
}

std::shared_ptr<media::PixelMeter> Seat::pixels(const std::string& endpoint) const {
  const auto found = slots_.find(endpoint);
  return found == slots_.end() ? nullptr : found->second.pixels;
}

void Seat::request_key_frame(const std::string& endpoint) {
  if (const auto found = slots_.find(endpoint); found != slots_.end())
    found->second.endpoint->request_key_frame();
}

// By value: the name may be the map's own key, which goes with the slot.
void Seat::end_endpoint(std::string endpoint, std::string reason) {
  drop_successor(endpoint);
  drop_slot(endpoint);
  events_.endpoint_state(endpoint, "closed", reason);
  events_.changed();
}

void Seat::with_slot(const std::string& endpoint, std::uint64_t generation,
                     const std::function<void(Slot&)>& work) {
  if (Slot* slot = find_slot(endpoint, generation)) work(*slot);
}

Seat::Slot* Seat::find_slot(const std::string& endpoint, std::uint64_t generation) {
  for (auto* slots : {&slots_, &successors_})
    if (const auto found = slots->find(endpoint);
        found != slots->end() && found->second.generation == generation)
      return &found->second;
  return nullptr;
}

Seat::Slot* Seat::newest_slot(const std::string& endpoint) {
  for (auto* slots : {&successors_, &slots_})
    if (const auto found = slots->find(endpoint); found != slots->end()) return &found->second;
  return nullptr;
}

void Seat::give_up(std::string endpoint, std::uint64_t generation, const std::string& reason) {
  const auto next = successors_.find(endpoint);
  if (next != successors_.end() && next->second.generation == generation) {
    drop_successor(endpoint);
    events_.endpoint_state(endpoint, "kept", reason);
    return;
  }
  auto heir = successors_.extract(endpoint);
  drop_slot(endpoint);
  // Nothing is left to wait for: the new connection has the endpoint to itself. So the endpoint is not
  // closed, which would end the seat of a publisher.
  if (heir.empty())
    events_.endpoint_state(endpoint, "closed", reason);
  else if (auto installed = instal(endpoint, std::move(heir.mapped())); !installed)
    events_.endpoint_state(endpoint, "closed", "media-error");
  events_.changed();
}

// By value: the name may be the map's own key, which goes with the slot.
void Seat::drop_slot(std::string endpoint) {
  const auto found = slots_.find(endpoint);
  if (found == slots_.end()) return;
  Slot slot = std::move(found->second);
  slots_.erase(found);
  if (slot.connected) waits_since_ = std::chrono::steady_clock::now();
  slot.send->stop();
  slot.track->close();
  refuse_unanswered(*slot.reply, endpoint);
  slot.endpoint.reset();  // cuts its callbacks, then ends its pipeline on the worker
  endpoint == "main" ? sound_->reset_input() : sound_->reset_screen();
  if (endpoint == "screen" && slot.tile) slot.tile->set_state(media::TileState::gone);
  sent_hints.erase(endpoint);
  refresh_tiles();
  events_.picture_changed();
}

void Seat::drop_successor(const std::string& endpoint) {
  const auto found = successors_.extract(endpoint);
  if (found.empty()) return;
  Slot& slot = found.mapped();
  slot.track->close();
  refuse_unanswered(*slot.reply, endpoint);
  if (endpoint == "screen" && slot.tile) slot.tile->set_state(media::TileState::gone);
}

void Seat::give_up_unconnected(std::chrono::steady_clock::duration limit) {
  const auto now = std::chrono::steady_clock::now();
  std::vector<std::pair<std::string, std::uint64_t>> late;
  for (const auto* slots : {&successors_, &slots_})
    for (const auto& [name, slot] : *slots)
      if (!slot.connected && now - slot.offered >= limit) late.emplace_back(name, slot.generation);
  for (const auto& [name, generation] : late) give_up(name, generation, "not-connected");
}

std::optional<std::chrono::steady_clock::duration> Seat::waiting() const {
  const bool has_media =
      std::any_of(slots_.begin(), slots_.end(), [](const auto& slot) { return slot.second.connected; });
  if (has_media || (detached_ && had_media_)) return {};
  return std::chrono::steady_clock::now() - waits_since_;
}

void Seat::set_detached(bool detached) {
  if (detached_ && !detached && had_media_) waits_since_ = std::chrono::steady_clock::now();
  detached_ = detached;
}

void Seat::refresh_tiles() {
  if (!tile_) return;
  const auto main = slots_.find("main");
  const bool sends_video = main != slots_.end() && main->second.endpoint->receives_video();
  media::TileState state = media::TileState::connecting;
  if (main != slots_.end() && (!sends_video || !video_))
    state = media::TileState::camera_off;
  else if (main != slots_.end() && main->second.has_video)
    state = media::TileState::live;
  tile_->set_state(state);
  tile_->set_muted(muted_ || !audio_);
  tile_->set_hand(hand_);
  if (const auto screen = slots_.find("screen"); screen != slots_.end() && screen->second.has_video)
    screen->second.tile->set_state(media::TileState::live);
}

layout::Presence Seat::presence() const {
  return layout::presence_of({.viewer = !in_picture(),
                              .held = held_,
                              .muted = muted_ || gain_ <= 0,
                              .audio = audio_,
                              .video = video_});
}

void Seat::refresh_presence() {
  const layout::Presence now = presence();
  for (const auto& [endpoint, slot] : slots_)
    endpoint == "screen" ? slot.track->set_switches(now.screen_sound, now.screen)
                         : slot.track->set_switches(now.heard, now.camera);
  sound_->set_muted(!now.heard);
  sound_->set_screen_muted(!now.screen_sound);
  sound_->set_held(held_);
  sound_->set_gain(gain_);
}

void Seat::set_switches(std::optional<bool> audio, std::optional<bool> video, std::optional<bool> hand) {
  audio_ = audio.value_or(audio_);
  video_ = video.value_or(video_);
  hand_ = hand.value_or(hand_);
  refresh_tiles();
  refresh_presence();
  events_.changed();
}

void Seat::set_muted(bool muted) {
  muted_ = muted;
  refresh_tiles();
  refresh_presence();
}

void Seat::set_held(bool held) {
  if (held == held_) return;
  held_ = held;
  refresh_presence();
  if (const auto main = slots_.find("main"); main != slots_.end()) {
    main->second.hears_since = std::chrono::steady_clock::now();
    if (auto sent = main->second.send->set_video_held(held); !sent)
      log::error("{}: no picture after the hold: {}", identity_.id, sent.error().message);
  }
  events_.picture_changed();
}

void Seat::set_gain(double gain) {
  gain_ = gain;
  refresh_presence();
}

void Seat::set_processing(std::optional<bool> suppress_noise, std::optional<bool> auto_gain) {
  processing_.suppress_noise = suppress_noise.value_or(processing_.suppress_noise);
  processing_.auto_gain = auto_gain.value_or(processing_.auto_gain);
  sound_->set_processing(processing_);
}

void Seat::set_name(std::string name) {
  identity_.name = std::move(name);
  if (tile_) tile_->set_name(identity_.name);
  if (auto screen = screen_tile()) screen->set_name(identity_.name + " (screen)");
}

void Seat::set_role(std::string role) {
  identity_.role = std::move(role);
  identity_.allowed = identity_.role;
  make_tile();
  // Without a place in the picture there is no screen to show either.
  if (!in_picture()) {
    drop_successor("screen");
    drop_slot("screen");
  }
  refresh_tiles();
  refresh_presence();
}

void Seat::set_talking(bool talking) {
  talking_ = talking;
  if (tile_) tile_->set_speaking(talking);
}

void Seat::show_life() {
  constexpr std::chrono::milliseconds lately{1500};
  for (const auto& [name, slot] : slots_)
    if (slot.connected && slot.tile && slot.endpoint->silence() < lately) slot.tile->heard();
}

bool Seat::takes_events() const {
  return std::any_of(slots_.begin(), slots_.end(), [](const auto& slot) {
    return slot.second.endpoint && slot.second.endpoint->takes_events();
  });
}

void Seat::send_event(const std::string& text) {
  for (const auto& [name, slot] : slots_)
    if (slot.endpoint && slot.endpoint->takes_events()) slot.endpoint->send_event(text);
}

bool Seat::shows_video() const {
  const auto main = slots_.find("main");
  return main != slots_.end() && main->second.has_video && presence().camera;
}

std::optional<std::chrono::steady_clock::duration> Seat::hears_for() const {
  const auto main = slots_.find("main");
  if (held_ || main == slots_.end() || !main->second.connected || !main->second.endpoint->sends_audio())
    return {};
  return std::chrono::steady_clock::now() - main->second.hears_since;
}

std::shared_ptr<media::Tile> Seat::screen_tile() const {
  const auto screen = slots_.find("screen");
  return screen != slots_.end() && screen->second.has_video ? screen->second.tile : nullptr;
}

Json Seat::describe() const {
  const auto main = slots_.find("main");
  const bool connected = main != slots_.end() && main->second.connected;
  return Json::object(
      {{"id", identity_.id},
       {"name", identity_.name},
       {"role", identity_.role},
       {"kind", name_of(identity_.kind)},
       {"audio", audio_},
       {"video", video_ && main != slots_.end() && main->second.endpoint->receives_video()},
       {"hand", hand_},
       {"screen", screen_tile() != nullptr},
       {"muted", muted_},
       {"gain", gain_},
       {"noiseSuppression", processing_.suppress_noise},
       {"autoGain", processing_.auto_gain},
       {"held", held_},
       {"pinned", pinned_},
       {"talking", talking_},
       {"state", detached_   ? "detached"
                 : connected ? "connected"
                             : "connecting"},
       {"joinedAt", fmt::format("{:%Y-%m-%dT%H:%M:%S}Z",
                                fmt::gmtime(std::chrono::system_clock::to_time_t(joined_at_)))}});
}

Json Seat::statistics() const {
  const auto sound = sound_->stats();
  Json result = Json::object({{"id", identity_.id},
                              {"audio", Json::object({{"packets", sound.packets},
                                                      {"concealed", sound.concealed},
                                                      {"late", sound.late},
                                                      {"bufferedMs", sound.buffered_ms},
                                                      {"delayMs", sound.delay_ms},
                                                      {"expectedLoss", sound.expected_loss},
                                                      {"levelDb", sound.level_db},
                                                      {"private", sound.private_encode}})}});
  if (tile_) {
    const auto picture = tile_->stats();
    result.set("video", Json::object({{"framesIn", picture.frames_in},
                                      {"framesShown", picture.frames_shown},
                                      {"width", picture.source_width},
                                      {"height", picture.source_height}}));
  }
  Json endpoints = Json::array();
  for (const auto& [name, slot] : slots_) {
    const auto stats = slot.endpoint->stats();
    endpoints.push(Json::object({{"endpoint", name},
                                 {"connected", slot.connected},
                                 {"packetsReceived", stats.packets_received},
                                 {"packetsLost", stats.packets_lost},
                                 {"badPackets", stats.bad_packets},
                                 {"bytesReceived", stats.bytes_received},
                                 {"bytesSent", stats.bytes_sent},
                                 {"skippedFrames", slot.pixels->skipped()},
                                 {"framesSent", stats.frames_sent},
                                 {"framesDropped", stats.frames_dropped},
                                 {"roundTripMs", stats.round_trip_ms},
                                 {"jitterMs", stats.jitter_ms},
                                 {"peerLoss", stats.peer_loss},
                                 {"ice", stats.ice_state},
                                 {"pair", stats.selected_pair}}));
  }
  result.set("endpoints", endpoints);
  return result;
}

}  // namespace tessera::room

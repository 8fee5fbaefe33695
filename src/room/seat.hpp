#pragma once
// A seat: one person (or WHIP/WHEP client) in the room, with their place in the picture and in the sound.
// Endpoints come and go under a seat; the seat keeps name, tile, gain and role.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/json.hpp"
#include "base/loop.hpp"
#include "base/result.hpp"
#include "base/worker.hpp"
#include "config/pipelines.hpp"
#include "config/server_config.hpp"
#include "layout/presence.hpp"
#include "media/bridge.hpp"
#include "media/canvas.hpp"
#include "media/pixel_meter.hpp"
#include "media/renditions.hpp"
#include "room/send_path.hpp"
#include "room/sound_settings.hpp"
#include "room/track_tap.hpp"
#include "webrtc/endpoint.hpp"
#include "webrtc/offer_identity.hpp"

namespace tessera::room {

enum class SeatKind { participant, publisher, viewer };
std::string_view name_of(SeatKind kind);
/// "participant", "publisher", "viewer"; anything else is a participant.
SeatKind seat_kind_from(std::string_view word);

/// What every seat needs of the room. All outlive the seats.
struct SeatDeps {
  Loop& loop;
  Worker& worker;
  media::Canvas& canvas;
  media::Renditions& renditions;
  media::Bridge& bridge;
  const config::Pipelines& pipelines;
  const config::ServerConfig& config;
  const SoundSettings& sound;
};

/// What a seat tells the room, on the control thread.
struct SeatEvents {
  std::function<void()> changed;          ///< its description changed
  std::function<void()> picture_changed;  ///< the layout must be solved again
  std::function<void(std::string endpoint, std::string candidate, int mline, std::string mid)>
      local_candidate;
  std::function<void(std::string endpoint, std::string state, std::string reason)> endpoint_state;
};

/// Owned by the Room; lives on the control thread.
class Seat : public std::enable_shared_from_this<Seat> {
 public:
  struct Identity {
    std::string id, name, role;
    SeatKind kind = SeatKind::participant;
    std::string
        allowed;  ///< the highest role that they may have: their token's, or what they were given since
  };
  using OfferReply = std::function<void(Result<std::string>)>;

  Seat(SeatDeps deps, Identity identity, SeatEvents events);
  ~Seat();

  /// Creates (or replaces) the endpoint "main" or "screen" from an offer; the answer comes by `reply`. Where
  /// one is connected the new one takes over when it is connected as well. Error "renegotiation-unsupported":
  /// the offer is of a connection that has been answered already.
  struct Offer {
    std::string endpoint, sdp;
    bool trickle = true;
    std::vector<std::string> turn;  ///< relays of our own, as webrtcbin takes them
    bool fresh = false;             ///< of a new connection for certain: WHIP and WHEP offer once
  };
  void offer(Offer offer, OfferReply reply);
  Result<void> add_candidate(const std::string& endpoint, const std::string& candidate, int mline);
  Result<void> close_endpoint(const std::string& endpoint);
  [[nodiscard]] bool has_endpoint() const { return !slots_.empty(); }
  /// Tells the tiles of those connections that something came from lately.
  void show_life();
  /// Whether one of its endpoints has a data channel for events.
  [[nodiscard]] bool takes_events() const;
  /// Over that channel.
  void send_event(const std::string& text);
  /// Closes endpoints that have not been connected `limit` after their offer.
  void give_up_unconnected(std::chrono::steady_clock::duration limit);
  /// For how long this seat has been without media; nothing when it has some, or had some and its connection
  /// is lost: then resume_seconds bound the wait.
  [[nodiscard]] std::optional<std::chrono::steady_clock::duration> waiting() const;
  /// Those that there are: "main", "screen".
  [[nodiscard]] std::vector<std::string> endpoints() const;
  /// What the endpoint's video asks to have decoded; null when there is no such endpoint.
  [[nodiscard]] std::shared_ptr<media::PixelMeter> pixels(const std::string& endpoint) const;
  void request_key_frame(const std::string& endpoint);
  /// Closes an endpoint and tells its client why.
  void end_endpoint(std::string endpoint, std::string reason);

  void set_switches(std::optional<bool> audio, std::optional<bool> video, std::optional<bool> hand);
  void set_muted(bool muted);
  void set_gain(double gain);
  /// Noise suppression and automatic gain; what is left out stays.
  void set_processing(std::optional<bool> suppress_noise, std::optional<bool> auto_gain);
  void set_name(std::string name);
  /// Takes effect at once: who becomes a viewer is neither seen nor heard any more.
  void set_role(std::string role);
  void set_pinned(bool pinned) { pinned_ = pinned; }
  void set_talking(bool talking);
  /// From now on a track for each endpoint that there is or will be; an empty source ends them.
  void record_tracks(TrackSource source);
  /// On hold: neither heard nor seen, hears the hold program, and gets no picture.
  void set_held(bool held);
  void set_detached(bool detached);

  [[nodiscard]] const Identity& identity() const { return identity_; }
  [[nodiscard]] bool is_operator() const { return identity_.role == "operator" || identity_.role == "admin"; }
  [[nodiscard]] const std::string& resume_token() const { return resume_; }
  [[nodiscard]] bool pinned() const { return pinned_; }
  [[nodiscard]] bool talking() const { return talking_; }
  [[nodiscard]] bool hand() const { return hand_; }
  [[nodiscard]] bool muted() const { return muted_; }
  [[nodiscard]] bool held() const { return held_; }
  [[nodiscard]] const std::shared_ptr<media::BridgeSeat>& sound() const { return sound_; }
  [[nodiscard]] bool shows_video() const;
  /// Whether the others hear and see this seat now.
  [[nodiscard]] layout::Presence presence() const;
  /// Whether this seat has a place in the picture, although it may be on hold: everybody but viewers.
  [[nodiscard]] bool in_picture() const {
    return !layout::is_viewer(name_of(identity_.kind), identity_.role);
  }
  [[nodiscard]] bool is_shown() const { return presence().shown; }
  /// For how long the room's sound can reach this seat; nothing when it does not.
  [[nodiscard]] std::optional<std::chrono::steady_clock::duration> hears_for() const;
  [[nodiscard]] const std::shared_ptr<media::Tile>& tile() const { return tile_; }
  /// The shared screen's tile; null when none is shared.
  [[nodiscard]] std::shared_ptr<media::Tile> screen_tile() const;
  [[nodiscard]] std::uint64_t joined_order() const { return joined_order_; }
  void set_joined_order(std::uint64_t order) { joined_order_ = order; }

  /// <participant> of messages.hpp.
  [[nodiscard]] Json describe() const;
  /// Per endpoint figures for the `stats` method.
  [[nodiscard]] Json statistics() const;

  /// The hint last sent per endpoint, so that only changes travel.
  std::map<std::string, Json> sent_hints;

 private:
  struct Slot {
    std::shared_ptr<webrtc::Endpoint> endpoint;
    std::shared_ptr<SendPath> send;
    std::shared_ptr<media::Tile> tile;  ///< where its video goes
    std::shared_ptr<OfferReply> reply;  ///< of its offer; empty once answered
    bool connected = false;
    std::chrono::steady_clock::time_point offered = std::chrono::steady_clock::now();
    bool has_video = false;  ///< a video stream has started
    std::uint64_t generation = 0;
    std::shared_ptr<TrackTap> track;
    std::chrono::steady_clock::time_point hears_since{};
    std::shared_ptr<media::PixelMeter> pixels{};
    webrtc::OfferIdentity offer{};
  };
  webrtc::EndpointSpec spec_for(Offer offer) const;
  webrtc::EndpointEvents events_for(const std::string& endpoint, std::uint64_t generation,
                                    std::shared_ptr<media::Tile> tile, std::shared_ptr<TrackTap> track,
                                    std::shared_ptr<media::PixelMeter> pixels,
                                    std::shared_ptr<OfferReply> reply);
  /// Of both maps, or null.
  Slot* find_slot(const std::string& endpoint, std::uint64_t generation);
  /// The slot that the client speaks of: of its newest connection.
  Slot* newest_slot(const std::string& endpoint);
  /// Runs `work(slot)` on the control thread if that very endpoint is still there.
  void with_slot(const std::string& endpoint, std::uint64_t generation,
                 const std::function<void(Slot&)>& work);
  void make_tile();
  void drop_slot(std::string endpoint);
  void drop_successor(const std::string& endpoint);
  /// Drops the endpoint of that generation alone and tells the client why.
  void give_up(std::string endpoint, std::uint64_t generation, const std::string& reason);
  /// The endpoint becomes the one that the room hears, sees and sends to. An error has answered its offer.
  Result<void> instal(const std::string& endpoint, Slot slot);
  void on_connected(const std::string& endpoint, std::uint64_t generation);
  void refresh_tiles();
  /// After anything that presence() or the gain depends on has changed.
  void refresh_presence();
  void open_track(const std::string& endpoint, const Slot& slot);

  SeatDeps deps_;
  Identity identity_;
  SeatEvents events_;
  std::string resume_;
  std::chrono::system_clock::time_point joined_at_ = std::chrono::system_clock::now();
  std::uint64_t joined_order_ = 0;
  std::uint64_t next_generation_ = 1;
  bool audio_ = true, video_ = true, hand_ = false, muted_ = false, pinned_ = false, talking_ = false;
  bool held_ = false;
  bool detached_ = false;
  bool had_media_ = false;
  std::chrono::steady_clock::time_point waits_since_ = std::chrono::steady_clock::now();
  double gain_ = 1.0;
  audio::VoiceProcessing processing_;
  std::shared_ptr<media::Tile> tile_;
  std::shared_ptr<media::BridgeSeat> sound_;
  TrackSource track_source_;
  std::map<std::string, Slot> slots_;       ///< "main", "screen"
  std::map<std::string, Slot> successors_;  ///< of those that are connected; not connected themselves yet
};

}  // namespace tessera::room

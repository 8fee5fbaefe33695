// What a room says of itself: the snapshot that clients get and the figures that operators scrape.
#include <unistd.h>

#include "gst/cpu_stage.hpp"
#include "media/video_input.hpp"
#include "room/room.hpp"
#include "webrtc/port_range.hpp"
#include "webrtc/refused_packets.hpp"

namespace tessera::room {
namespace {

class MetricList {
 public:
  void add(const char* name, const char* type, const char* help, Json value, Json labels = Json::object()) {
    list_.push(Json::object({{"name", name},
                             {"type", type},
                             {"help", help},
                             {"labels", std::move(labels)},
                             {"value", std::move(value)}}));
  }
  [[nodiscard]] const Json& json() const { return list_; }

 private:
  Json list_ = Json::array();
};

}  // namespace

Json Room::describe(const Seat* participant) const {
  Json participants = Json::array();
  for (const auto& [id, member] : seats_) participants.push(member->describe());
  Json encoders = Json::array();
  for (const auto& encoder : renditions_->stats())
    encoders.push(Json::object({{"codec", gst::name_of(encoder.codec)},
                                {"consumers", encoder.consumers},
                                {"frames", encoder.frames},
                                {"keyFrames", encoder.key_frames},
                                {"bitrate", encoder.bitrate}}));
  Json recordings = Json::array();
  if (recording_) recordings.push(recording_->describe());
  Json speakers = Json::array();
  for (const auto& id : speakers_) speakers.push(id);
  const auto& canvas = canvas_->spec();
  return Json::object({{"id", id_},
                       {"participants", participants},
                       {"layout", director_->describe()},
                       {"layouts", layouts_.titles()},
                       {"encoders", encoders},
                       {"recordings", recordings},
                       {"streams", Json::array()},
                       {"speakers", speakers},
                       {"audio", sound_settings_.describe()},
                       {"announcements", sound_->playing(participant)},
                       {"chimes", sound_->chimes()},
                       {"pid", static_cast<long>(getpid())},
                       {"startedAt", started_at_},
                       {"canvas", Json::object({{"width", canvas.width},
                                                {"height", canvas.height},
                                                {"framerate", canvas.framerate}})}});
}

Json Room::statistics() const {
  MetricList metrics;
  metrics.add("tessera_room_participants", "gauge", "Seats in the room.", seats_.size());
  for (const auto& encoder : renditions_->stats()) {
    const Json codec = Json::object({{"codec", gst::name_of(encoder.codec)}});
    metrics.add("tessera_room_encoders", "gauge", "Video encoders running, by codec.", 1, codec);
    metrics.add("tessera_room_encoder_consumers", "gauge", "Consumers that share the one encode.",
                encoder.consumers, codec);
    metrics.add("tessera_room_encoded_frames_total", "counter", "Frames encoded.", encoder.frames, codec);
    metrics.add("tessera_room_key_frames_total", "counter", "Key frames encoded.", encoder.key_frames, codec);
    metrics.add("tessera_room_encoded_bytes_total", "counter", "Bytes encoded.", encoder.bytes, codec);
  }
  const auto canvas = canvas_->stats();
  metrics.add("tessera_room_canvas_frames_total", "counter", "Frames composed.", canvas.ticks);
  metrics.add("tessera_room_canvas_skipped_total", "counter", "Ticks skipped because composing was late.",
              canvas.skipped);
  const auto bridge = bridge_->stats();
  metrics.add("tessera_room_opus_encoders", "gauge",
              "Opus encodes per tick: one shared, one for each talker.", bridge.encoders);
  metrics.add("tessera_room_bridge_ticks_total", "counter", "Bridge ticks.", bridge.ticks);
  metrics.add("tessera_room_bridge_late_ticks_total", "counter", "Bridge ticks that began late.",
              bridge.late_ticks);
  metrics.add("tessera_room_audio_delay_seconds", "gauge",
              "Longest delay that the bridge adds to a voice that plays now.", bridge.delay_ms / 1e3);
  metrics.add("tessera_room_opus_expected_loss_ratio", "gauge",
              "Loss that the shared encode's redundancy is set for.", bridge.expected_loss / 1e2);
  metrics.add("tessera_room_talkers", "gauge", "Talkers in the mix.", speakers_.size());
  const bool recording = recording_ && !recording_->closed();
  metrics.add("tessera_room_recordings", "gauge", "Live recordings.", recording ? 1 : 0);
  if (recording) {
    const Json about = recording_->describe();
    metrics.add("tessera_recording_bytes", "gauge", "Bytes of the live recording.", about["bytes"]);
    metrics.add("tessera_recording_dropped_frames", "gauge", "Pictures lost because the disk was behind.",
                about["droppedFrames"]);
    if (about.has("diskSecondsLeft"))
      metrics.add("tessera_recording_disk_seconds_left", "gauge",
                  "How long the disk lasts at the present rate, down to its reserve.",
                  about["diskSecondsLeft"]);
  }
  metrics.add("tessera_room_refused_frames_total", "counter",
              "Video frames that were not decoded: too large, or with a header that cannot be read.",
              media::refused_frames().load(std::memory_order_relaxed));
  metrics.add("tessera_room_ports_used_up_total", "counter",
              "Connections refused since every UDP port of ice.minPort to ice.maxPort was in use.",
              webrtc::ports_used_up().load(std::memory_order_relaxed));
  for (std::size_t i = 1; i < payload::fault_count; ++i)
    metrics.add("tessera_room_refused_packets_total", "counter",
                "RTP packets that a payload gate kept from the depayloaders, by what was wrong.",
                webrtc::refused_counters()[i].load(std::memory_order_relaxed),
                Json::object({{"reason", payload::name_of(static_cast<payload::Fault>(i))}}));
  for (std::size_t i = 0; i < gst::stage_names.size(); ++i)
    metrics.add("tessera_stage_cpu_seconds_total", "counter", "CPU time by stage of the media path.",
                static_cast<double>(gst::stage_counters()[i].load(std::memory_order_relaxed)) / 1e9,
                Json::object({{"stage", gst::stage_names[i]}}));
  Json endpoints = Json::array();
  for (const auto& [id, member] : seats_) endpoints.push(member->statistics());
  return Json::object({{"metrics", metrics.json()}, {"endpoints", endpoints}});
}

}  // namespace tessera::room

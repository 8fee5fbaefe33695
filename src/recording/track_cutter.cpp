#include "recording/track_cutter.hpp"

#include <algorithm>

namespace tessera::recording {
namespace {

/// Matroska's times are milliseconds here: two packets of a stream are at least one apart.
constexpr GstClockTime least_step = GST_MSECOND;
/// Sound further back than this is not late but wrong.
constexpr GstClockTime most_back = 60 * GST_MSECOND;

}  // namespace

void TrackCutter::take(TrackPacket packet) {
  const auto place = clock_.at(packet.running_time);
  if (!place) return;
  if (gst::is_video(packet.codec))
    take_video(packet, *place);
  else
    take_audio(std::move(packet), *place);
}

void TrackCutter::take_video(const TrackPacket& packet, const RecordedClock::Place& place) {
  if (place.cut != cut_ || (codec_ && *codec_ != packet.codec)) need_key_ = true;
  if (need_key_ && !(packet.key && packet.format)) {
    output_.want_key_frame();
    return;
  }
  need_key_ = false;
  cut_ = place.cut;
  if (!open_ || codec_ != packet.codec) begin(packet.format, place, packet.running_time);
  write(packet, place);
}

void TrackCutter::take_audio(TrackPacket packet, const RecordedClock::Place& place) {
  if (open_) return write(packet, place);
  waiting_.push_back({std::move(packet), place});
  const GstClockTime waited = place.total - waiting_.front().place.total;
  if (!spec_.video || waited >= spec_.patience) begin({}, place, waiting_.front().packet.running_time);
}

void TrackCutter::begin(std::optional<PictureFormat> video, const RecordedClock::Place& place,
                        GstClockTime running_time) {
  const RecordedClock::Place start = waiting_.empty() ? place : waiting_.front().place;
  if (!waiting_.empty()) running_time = waiting_.front().packet.running_time;
  open_ = true;
  codec_ = video ? std::optional(video->codec) : std::nullopt;
  base_ = start.part_start();
  last_video_.reset();
  last_audio_.reset();
  output_.begin({std::move(video), spec_.audio}, start, running_time);
  for (const auto& waiting : std::exchange(waiting_, {})) write(waiting.packet, waiting.place);
}

void TrackCutter::write(const TrackPacket& packet, const RecordedClock::Place& place) {
  const bool video = gst::is_video(packet.codec);
  auto& last = video ? last_video_ : last_audio_;
  GstClockTime time = place.total - base_;
  if (packet.shown_earlier) {
    // Before the file's first moment there is nothing that it could refer to.
    if (place.total >= base_) output_.write(packet, time);
    return;
  }
  if (last) {
    // A frame can not be left out without those that refer to it; sound can.
    if (!video && time + most_back < *last) return;
    time = std::max(time, *last + least_step);
  }
  last = time;
  output_.write(packet, time);
}

void TrackCutter::end() {
  if (!waiting_.empty()) begin({}, waiting_.front().place, waiting_.front().packet.running_time);
}

}  // namespace tessera::recording

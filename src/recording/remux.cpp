#include "recording/remux.hpp"

#include <algorithm>
#include <optional>

#include "recording/media_output.hpp"
#include "recording/packet_reader.hpp"

namespace tessera::recording {
namespace {

/// One stream on its way: its next packet that has a place.
class Lane {
 public:
  Lane(PacketReader reader, const Places& places, int rate, OutputStream output)
      : reader_(std::move(reader)), places_(places), rate_(rate), output_(output) {}

  /// Steps to the next placed packet. False at the end.
  bool advance() {
    while ((packet_ = reader_.next()) && next_ < places_.size()) {
      place_ = &places_[next_++];
      if (*place_) return true;
    }
    packet_ = nullptr;
    return false;
  }
  [[nodiscard]] bool at_end() const { return !packet_; }
  /// Of the packet at hand, in microseconds.
  [[nodiscard]] std::int64_t time() const { return av_rescale((*place_)->dts, microsecond, rate_); }
  [[nodiscard]] double fraction() const { return reader_.fraction(); }
  [[nodiscard]] Result<void> status() const { return reader_.status(); }

  Result<void> write(MediaOutput& output) {
    if (auto filled = output.fill_until(output_, (*place_)->pts); !filled) return filled;
    return output.write(output_, packet_, **place_);
  }

 private:
  PacketReader reader_;
  const Places& places_;
  int rate_;
  OutputStream output_;
  AVPacket* packet_ = nullptr;
  const std::optional<Place>* place_ = nullptr;
  std::size_t next_ = 0;
};

/// Writes the packets of all lanes in the order of their times.
Result<void> merge(std::vector<Lane>& lanes, MediaOutput& output, const Progress& progress) {
  for (Lane& lane : lanes) lane.advance();
  for (std::uint64_t count = 0;; ++count) {
    Lane* earliest = nullptr;
    for (Lane& lane : lanes)
      if (!lane.at_end() && (!earliest || lane.time() < earliest->time())) earliest = &lane;
    if (!earliest) break;
    if (progress && count % 1024 == 0) progress(earliest->fraction());
    if (auto written = earliest->write(output); !written) return written;
    earliest->advance();
  }
  for (const Lane& lane : lanes)
    if (auto status = lane.status(); !status) return status;
  return {};
}

}  // namespace

Result<Written> write_media(const RemuxSources& sources, const std::string& path, const Format& format,
                            const RemuxPlan& plan, const Tags& tags, const Progress& progress) {
  auto output = MediaOutput::create(path, format, tags, plan.end());
  if (!output) return output.error();
  std::vector<Lane> lanes;
  std::optional<OutputStream> video, audio;
  if (plan.video_packets > 0) {
    auto reader = PacketReader::open(sources.video, PacketReader::Kind::video);
    if (!reader) return reader.error();
    auto stream = (*output)->add(reader->stream(), video_rate);
    if (!stream) return stream.error();
    video = *stream;
    lanes.emplace_back(std::move(*reader), plan.video, video_rate, *stream);
  }
  if (plan.audio_packets > 0) {
    auto reader = PacketReader::open(sources.audio, PacketReader::Kind::audio);
    if (!reader) return reader.error();
    const int rate = reader->stream()->codecpar->sample_rate;
    auto stream = (*output)->add(reader->stream(), rate);
    if (!stream) return stream.error();
    audio = *stream;
    lanes.emplace_back(std::move(*reader), plan.audio, rate, *stream);
  }
  if (auto begun = (*output)->begin(); !begun) return begun.error();
  if (auto merged = merge(lanes, **output, progress); !merged) return merged.error();
  if (auto ended = (*output)->end(); !ended) return ended.error();
  Written written;
  if (video) written.video = (*output)->sum(*video);
  if (audio) written.audio = (*output)->sum(*audio);
  return written;
}

}  // namespace tessera::recording

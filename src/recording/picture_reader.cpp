#include "recording/picture_reader.hpp"

#include <optional>

#include "recording/av.hpp"

namespace tessera::recording {
namespace {

constexpr AVRational milliseconds{1, 1000};
/// A file whose next key frame never comes is given up after this many pictures.
constexpr int max_decoded = 3000;

}  // namespace

struct PictureReader::State {
  av::Input input;
  av::Codec decoder;
  AVStream* stream = nullptr;
  av::Frame shown{av_frame_alloc()};  ///< the latest picture at or before what was asked for
  av::Frame next{av_frame_alloc()};   ///< decoded one too far, when has_next
  bool has_shown = false, has_next = false, ended = false;

  [[nodiscard]] std::int64_t time_of(const AVFrame& frame) const {
    const std::int64_t start = stream->start_time == AV_NOPTS_VALUE ? 0 : stream->start_time;
    return av_rescale_q(frame.best_effort_timestamp - start, stream->time_base, milliseconds);
  }

  /// Decodes one more picture into `next`. False at the end.
  bool decode() {
    const auto packet = av::new_packet();
    while (true) {
      const int got = avcodec_receive_frame(decoder.get(), next.get());
      if (got >= 0 && next->best_effort_timestamp != AV_NOPTS_VALUE) return has_next = true;
      if (got == AVERROR_EOF || (got < 0 && got != AVERROR(EAGAIN))) return false;
      if (got >= 0) continue;
      const int read = av_read_frame(input.get(), packet.get());
      if (read < 0) {
        if (ended) return false;
        ended = true;
        avcodec_send_packet(decoder.get(), nullptr);
      } else {
        if (packet->stream_index == stream->index) avcodec_send_packet(decoder.get(), packet.get());
        av_packet_unref(packet.get());
      }
    }
  }

  /// Goes to the key frame at or before `ms`.
  void seek(std::int64_t ms) {
    const std::int64_t start = stream->start_time == AV_NOPTS_VALUE ? 0 : stream->start_time;
    av_seek_frame(input.get(), stream->index, av_rescale_q(ms, milliseconds, stream->time_base) + start,
                  AVSEEK_FLAG_BACKWARD);
    avcodec_flush_buffers(decoder.get());
    has_shown = has_next = ended = false;
  }

  /// Whether going on from here is cheaper than seeking: there is no key frame in between.
  [[nodiscard]] bool reaches(std::int64_t ms) const {
    if (!has_shown || time_of(*shown) > ms) return false;
    const int now = av_index_search_timestamp(stream, shown->best_effort_timestamp, AVSEEK_FLAG_BACKWARD);
    const std::int64_t start = stream->start_time == AV_NOPTS_VALUE ? 0 : stream->start_time;
    const int then = av_index_search_timestamp(
        stream, av_rescale_q(ms, milliseconds, stream->time_base) + start, AVSEEK_FLAG_BACKWARD);
    return now >= 0 && now == then;
  }
};

PictureReader::PictureReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
PictureReader::~PictureReader() = default;

Result<std::unique_ptr<PictureReader>> PictureReader::open(const std::string& path) {
  auto input = av::open_input(path);
  if (!input) return input.error();
  auto state = std::make_unique<State>();
  state->input = std::move(*input);
  const AVCodec* codec = nullptr;
  const int index = av_find_best_stream(state->input.get(), AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
  if (index < 0 || !codec) return error("unreadable", "{} has no video that can be decoded", path);
  state->stream = state->input->streams[index];
  state->decoder.reset(avcodec_alloc_context3(codec));
  state->decoder->thread_count = 1;  // the finisher leaves the machine to the rooms
  state->decoder->pkt_timebase = state->stream->time_base;
  if (avcodec_parameters_to_context(state->decoder.get(), state->stream->codecpar) < 0 ||
      avcodec_open2(state->decoder.get(), codec, nullptr) < 0)
    return error("unreadable", "the video of {} cannot be decoded", path);
  return std::unique_ptr<PictureReader>(new PictureReader(std::move(state)));
}

Result<const AVFrame*> PictureReader::at(std::int64_t ms, bool near) {
  State& state = *state_;
  if (!state.reaches(ms)) state.seek(ms);
  for (int decoded = 0; decoded < max_decoded; ++decoded) {
    if (near && state.has_shown) break;
    if (!state.has_next && !state.decode()) break;
    if (state.has_shown && state.time_of(*state.next) > ms) break;
    // The first picture after a seek counts, be it a little late.
    std::swap(state.shown, state.next);
    state.has_shown = true;
    state.has_next = false;
  }
  if (!state.has_shown) return error("unreadable", "no picture can be decoded at {} ms", ms);
  return state.shown.get();
}

int PictureReader::width() const {
  return state_->stream->codecpar->width;
}
int PictureReader::height() const {
  return state_->stream->codecpar->height;
}

}  // namespace tessera::recording

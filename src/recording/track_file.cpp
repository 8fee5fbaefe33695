#include "recording/track_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "recording/av.hpp"
#include "recording/files.hpp"

namespace tessera::recording {
namespace {

constexpr AVRational milliseconds{1, 1000}, nanoseconds{1, 1'000'000'000};
constexpr int buffer_bytes = 64 * 1024;

/// RFC 7845, 5.1. No pre-skip: a track begins somewhere in a stream, and its packets keep their times.
constexpr std::array<std::uint8_t, 19> opus_head = {'O', 'p', 'u',  's',  'H', 'e', 'a', 'd', 1, 2,
                                                    0,   0,   0x80, 0xbb, 0,   0,   0,   0,   0};

AVCodecID id_of(gst::Codec codec) {
  switch (codec) {
    case gst::Codec::h264:
      return AV_CODEC_ID_H264;
    case gst::Codec::vp8:
      return AV_CODEC_ID_VP8;
    case gst::Codec::vp9:
      return AV_CODEC_ID_VP9;
    case gst::Codec::opus:
      break;
  }
  return AV_CODEC_ID_OPUS;
}

bool set_setup(AVCodecParameters* codec, std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return true;
  codec->extradata = static_cast<std::uint8_t*>(av_mallocz(bytes.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (!codec->extradata) return false;
  std::memcpy(codec->extradata, bytes.data(), bytes.size());
  codec->extradata_size = static_cast<int>(bytes.size());
  return true;
}

class MatroskaTrack final : public TrackFile {
 public:
  MatroskaTrack(std::string path, TrackStreams streams, Descriptor file)
      : path_(std::move(path)), streams_(std::move(streams)), file_(std::move(file)) {}
  ~MatroskaTrack() override {
    if (!context_) return;
    if (context_->pb) av_freep(&context_->pb->buffer);
    avio_context_free(&context_->pb);
  }

  Result<void> open(const std::string& title) {
    AVFormatContext* raw = nullptr;
    if (avformat_alloc_output_context2(&raw, nullptr, "matroska", nullptr) < 0) return no_memory();
    context_.reset(raw);
    auto* buffer = static_cast<unsigned char*>(av_malloc(buffer_bytes));
    // Without a way to seek, the muxer writes whole clusters one after another and never goes back.
    raw->pb =
        buffer ? avio_alloc_context(buffer, buffer_bytes, 1, this, nullptr, &write_bytes, nullptr) : nullptr;
    if (!raw->pb) return no_memory();
    raw->pb->seekable = 0;
    if (streams_.video && !add_video()) return no_memory();
    if (streams_.audio && !add_audio()) return no_memory();
    av_dict_set(&raw->metadata, "title", title.c_str(), 0);
    raw->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
    AVDictionary* options = nullptr;
    av_dict_set(&options, "write_crc32", "0", 0);
    const int header = avformat_write_header(raw, &options);
    av_dict_free(&options);
    if (header < 0) return failure(header);
    return flush(false);
  }

  Result<void> write_video(std::span<const std::uint8_t> frame, GstClockTime time, bool key) override {
    return write(video_, frame, time, key);
  }
  Result<void> write_audio(std::span<const std::uint8_t> packet, GstClockTime time) override {
    return write(audio_, packet, time, true);
  }

  Result<void> flush(bool disk) override {
    if (const int code = av_write_frame(context_.get(), nullptr); code < 0) return failure(code);
    avio_flush(context_->pb);
    if (context_->pb->error < 0) return failure(context_->pb->error);
    if (disk && ::fdatasync(file_.get()) != 0) return failure(AVERROR(errno));
    return {};
  }

  Result<void> close() override {
    const int code = av_write_trailer(context_.get());
    avio_flush(context_->pb);
    if (code < 0 || context_->pb->error < 0) return failure(std::min(code, context_->pb->error));
    if (::fsync(file_.get()) != 0) return failure(AVERROR(errno));
    return {};
  }

  [[nodiscard]] const TrackStreams& streams() const override { return streams_; }
  [[nodiscard]] std::uint64_t bytes() const override { return bytes_; }

 private:
  static int write_bytes(void* self, std::uint8_t* data, int size) {
    auto& track = *static_cast<MatroskaTrack*>(self);
    for (int done = 0; done < size;) {
      const ssize_t written = ::write(track.file_.get(), data + done, static_cast<std::size_t>(size - done));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return AVERROR(errno);
      done += static_cast<int>(written);
      track.bytes_ += static_cast<std::uint64_t>(written);
    }
    return size;
  }

  static Error no_memory() { return error("cannot-write", "out of memory"); }
  [[nodiscard]] Error failure(int code) const { return av::write_error(path_, code); }

  AVStream* add_stream(AVMediaType type, AVCodecID id) {
    AVStream* stream = avformat_new_stream(context_.get(), nullptr);
    if (!stream) return nullptr;
    stream->codecpar->codec_type = type;
    stream->codecpar->codec_id = id;
    stream->time_base = milliseconds;
    return stream;
  }
  bool add_video() {
    video_ = add_stream(AVMEDIA_TYPE_VIDEO, id_of(streams_.video->codec));
    if (!video_) return false;
    video_->codecpar->width = streams_.video->width;
    video_->codecpar->height = streams_.video->height;
    return set_setup(video_->codecpar, streams_.video->setup);
  }
  bool add_audio() {
    audio_ = add_stream(AVMEDIA_TYPE_AUDIO, AV_CODEC_ID_OPUS);
    if (!audio_) return false;
    audio_->codecpar->sample_rate = 48'000;
    av_channel_layout_default(&audio_->codecpar->ch_layout, 2);
    return set_setup(audio_->codecpar, opus_head);
  }

  Result<void> write(AVStream* stream, std::span<const std::uint8_t> bytes, GstClockTime time, bool key) {
    if (!stream || bytes.empty()) return {};
    // Not interleaved by the muxer, which would wait for whoever is muted: Matroska takes blocks as they
    // come.
    packet_->data = const_cast<std::uint8_t*>(bytes.data());
    packet_->size = static_cast<int>(bytes.size());
    packet_->stream_index = stream->index;
    packet_->pts = av_rescale_q(static_cast<std::int64_t>(time), nanoseconds, stream->time_base);
    packet_->dts = (stream == video_ ? video_times_ : audio_times_).next(packet_->pts);
    packet_->flags = key ? AV_PKT_FLAG_KEY : 0;
    const int code = av_write_frame(context_.get(), packet_.get());
    packet_->data = nullptr;
    packet_->size = 0;
    if (code < 0) return failure(code);
    return {};
  }

  const std::string path_;
  const TrackStreams streams_;
  Descriptor file_;
  std::uint64_t bytes_ = 0;
  struct FreeContext {
    void operator()(AVFormatContext* context) const { avformat_free_context(context); }
  };
  std::unique_ptr<AVFormatContext, FreeContext> context_;
  av::Packet packet_ = av::new_packet();
  AVStream *video_ = nullptr, *audio_ = nullptr;
  DecodeTimes video_times_, audio_times_;
};

}  // namespace

std::string TrackStreams::codecs() const {
  std::string text = video ? std::string(gst::name_of(video->codec)) : "";
  if (audio) text += text.empty() ? "opus" : "+opus";
  return text;
}

Result<std::unique_ptr<TrackFile>> TrackFile::create(const std::string& path, TrackStreams streams,
                                                     const std::string& title) {
  av::route_log();
  std::error_code ignored;
  std::filesystem::create_directory(std::filesystem::path(path).parent_path(), ignored);
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!file) return av::write_error(path, AVERROR(errno));
  auto track = std::make_unique<MatroskaTrack>(path, std::move(streams), std::move(file));
  if (auto opened = track->open(title); !opened) return opened.error();
  return std::unique_ptr<TrackFile>(std::move(track));
}

}  // namespace tessera::recording

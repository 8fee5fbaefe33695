#include "remix/movie_writer.hpp"

#include <pthread.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include "media/frame.hpp"
#include "recording/files.hpp"
#include "recording/media_output.hpp"
#include "remix/stream_encoder.hpp"

namespace tessera::remix {
namespace {

using recording::av::write_error;

/// Pictures that may wait for the encoder: enough that neither side waits for the other's slowest frame.
constexpr std::size_t most_waiting = 8;

struct Ending {
  std::string_view name, muxer;
};
constexpr std::array<Ending, 5> endings = {
    {{".mp4", "mp4"}, {".m4v", "mp4"}, {".mov", "mov"}, {".mkv", "matroska"}, {".webm", "webm"}}};

const Ending* ending_of(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension().string();
  for (const auto& ending : endings)
    if (ending.name == extension) return &ending;
  return nullptr;
}

class ThreadedWriter final : public MovieWriter {
 public:
  explicit ThreadedWriter(MovieSpec spec)
      : spec_(std::move(spec)),
        partial_(spec_.path + ".part"),
        info_(media::i420_info(spec_.width, spec_.height, spec_.framerate)) {}
  ~ThreadedWriter() override {
    stop();
    output_.reset();
    if (!whole_) ::unlink(partial_.c_str());
  }

  Result<void> open() {
    recording::av::route_log();
    const Ending* ending = ending_of(spec_.path);
    if (!ending)
      return error("bad-request", "{}: the name of a movie ends with .mp4, .m4v, .mov, .mkv or .webm",
                   spec_.path);
    AVFormatContext* raw = nullptr;
    const std::string url = "file:" + partial_;
    if (const int code =
            avformat_alloc_output_context2(&raw, nullptr, std::string(ending->muxer).c_str(), url.c_str());
        code < 0)
      return write_error(partial_, code);
    output_.reset(raw);
    auto video = StreamEncoder::video(raw, spec_.width, spec_.height, spec_.framerate);
    if (!video) return video.error();
    auto audio = StreamEncoder::audio(raw, spec_.channels);
    if (!audio) return audio.error();
    video_ = std::move(*video);
    audio_ = std::move(*audio);
    if (!spec_.title.empty()) av_dict_set(&raw->metadata, "title", spec_.title.c_str(), 0);
    if (!spec_.created.empty()) av_dict_set(&raw->metadata, "creation_time", spec_.created.c_str(), 0);
    if (!recording::add_chapters(raw, spec_.chapters, spec_.duration_ms))
      return write_error(partial_, AVERROR(ENOMEM));
    if (const int code = avio_open(&raw->pb, url.c_str(), AVIO_FLAG_WRITE); code < 0)
      return write_error(partial_, code);
    AVDictionary* options = nullptr;
    if (ending->muxer == "mp4" || ending->muxer == "mov") av_dict_set(&options, "movflags", "+faststart", 0);
    const int header = avformat_write_header(raw, &options);
    av_dict_free(&options);
    if (header < 0) return write_error(partial_, header);
    thread_ = std::thread([this] { serve(); });
    return {};
  }

  Result<void> picture(gst::Ptr<GstBuffer> frame) override { return push({std::move(frame), {}}); }
  Result<void> sound(std::span<const std::int16_t> samples) override {
    return push({nullptr, {samples.begin(), samples.end()}});
  }

  Result<void> close() override {
    stop();
    const auto write = writer();
    int code = failure_;
    if (code >= 0) code = video_->finish(write);
    if (code >= 0) code = audio_->finish(write);
    if (code >= 0) code = recording::av::end_file(output_.get());
    if (code < 0) return write_error(partial_, code);
    output_.reset();
    if (auto synced = recording::sync_path(partial_); !synced) return synced;
    std::error_code failed;
    std::filesystem::rename(partial_, spec_.path, failed);
    if (failed) return error("cannot-write", "cannot rename {}: {}", partial_, failed.message());
    whole_ = true;
    const auto folder = std::filesystem::path(spec_.path).parent_path().string();
    return recording::sync_path(folder.empty() ? "." : folder);
  }

 private:
  struct Item {
    gst::Ptr<GstBuffer> picture;
    std::vector<std::int16_t> sound;
  };

  StreamEncoder::Write writer() {
    return [this](AVPacket* packet) { return av_interleaved_write_frame(output_.get(), packet); };
  }

  Result<void> push(Item item) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return queue_.size() < most_waiting || failure_ < 0; });
    if (failure_ < 0) return write_error(partial_, failure_);
    queue_.push_back(std::move(item));
    lock.unlock();
    changed_.notify_all();
    return {};
  }

  void serve() {
    pthread_setname_np(pthread_self(), "movie");
    const auto write = writer();
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      Item item = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      changed_.notify_all();
      const int code = item.picture ? video_->encode_picture(item.picture.get(), info_, write)
                                    : audio_->encode_sound(item.sound, write);
      lock.lock();
      if (code < 0) {
        failure_ = code;
        queue_.clear();
        changed_.notify_all();
        return;
      }
    }
  }

  void stop() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  const MovieSpec spec_;
  const std::string partial_;
  const GstVideoInfo info_;
  recording::av::Output output_;
  std::optional<StreamEncoder> video_, audio_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> queue_;
  bool stopping_ = false, whole_ = false;
  int failure_ = 0;
  std::thread thread_;
};

}  // namespace

bool is_movie_name(const std::string& path) {
  return ending_of(path) != nullptr;
}

Result<std::unique_ptr<MovieWriter>> MovieWriter::create(MovieSpec spec) {
  auto writer = std::make_unique<ThreadedWriter>(std::move(spec));
  if (auto opened = writer->open(); !opened) return opened.error();
  return std::unique_ptr<MovieWriter>(std::move(writer));
}

}  // namespace tessera::remix

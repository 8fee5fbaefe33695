#include "recording/part_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/log.hpp"

namespace tessera::recording {
namespace {

/// What may wait for the disk before frames are dropped.
constexpr GstClockTime max_backlog = 2 * GST_SECOND;
/// And what may wait for the pipeline to be built: some seconds of everything.
constexpr std::size_t max_queue = 500;

}  // namespace

Result<void> PartWriter::open(Loop& loop, const RecordPipelineSpec& spec, PipelineReports reports) {
  auto made = RecordPipeline::create(loop, spec, path_, std::move(reports));
  if (!made) return std::move(made).error();
  file_ = Descriptor(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file_) return error("cannot-write", "cannot open {}: {}", path_, std::strerror(errno));
  const std::lock_guard lock(mutex_);
  for (const Step& step : queue_) step(**made);
  queue_.clear();
  pipeline_ = std::move(*made);
  return {};
}

void PartWriter::run(Step step) {
  const std::lock_guard lock(mutex_);
  if (pipeline_) return step(*pipeline_);
  queue_.push_back(std::move(step));
}

bool PartWriter::video(const gst::EncodedFrame& frame, GstClockTime time) {
  {
    const std::lock_guard lock(mutex_);
    const bool behind = pipeline_ ? pipeline_->video_backlog() > max_backlog : queue_.size() > max_queue;
    if (behind)
      dropping_ = true;
    else if (frame.key)
      dropping_ = false;
  }
  if (dropping_) return false;
  run([frame, time](RecordPipeline& pipeline) { pipeline.push_video(frame, time); });
  return true;
}

void PartWriter::no_video(GstClockTime from, GstClockTime until) {
  run([from, until](RecordPipeline& pipeline) { pipeline.skip_video(from, until); });
}

void PartWriter::sound(const PcmRun& run_of_sound, GstClockTime time) {
  run([sound = run_of_sound, time](RecordPipeline& pipeline) {
    pipeline.push_silence(sound.silence, time);
    if (!sound.sound.empty()) pipeline.push_audio(sound.sound, time + time_of_sample(sound.silence));
  });
}

bool PartWriter::takes_sound() const {
  const std::lock_guard lock(mutex_);
  return pipeline_ ? pipeline_->audio_backlog() <= max_backlog : queue_.size() <= max_queue;
}

void PartWriter::end() {
  run([](RecordPipeline& pipeline) { pipeline.end(); });
}

void PartWriter::mute() {
  const std::lock_guard lock(mutex_);
  if (pipeline_) pipeline_->mute();
}

Result<void> PartWriter::sync() {
  if (!file_) return {};
  const bool synced = ::fdatasync(file_.get()) == 0;
  const int code = errno;
  struct stat info {};
  if (::fstat(file_.get(), &info) == 0) bytes_ = static_cast<std::uint64_t>(info.st_size);
  if (synced) return {};
  Error failure = error(write_error_code(code), "cannot sync {}: {}", path_, std::strerror(code));
  if (failure.code != "disk-full") return failure;
  log::error("{}", failure.message);
  return recordings_disk_full();
}

Result<void> PartWriter::close() {
  std::shared_ptr<RecordPipeline> pipeline;
  {
    const std::lock_guard lock(mutex_);
    pipeline = pipeline_;
  }
  if (pipeline) pipeline->close();
  auto synced = sync();
  if (!synced) log::warn("{}", synced.error().message);
  return synced;
}

}  // namespace tessera::recording

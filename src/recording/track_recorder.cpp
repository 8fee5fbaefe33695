#include "recording/track_recorder.hpp"

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <filesystem>

#include "base/log.hpp"
#include "gst/element.hpp"
#include "gst/mapped_buffer.hpp"
#include "recording/threaded_tracks.hpp"

namespace tessera::recording {
namespace {

constexpr GstClockTime flush_period = 400 * GST_MSECOND;
constexpr GstClockTime sync_period = GST_SECOND;
constexpr GstClockTime key_request_period = 500 * GST_MSECOND;
constexpr GstClockTime drop_report_period = GST_SECOND;

std::shared_ptr<GstBuffer> shared(GstBuffer* buffer) {
  return gst::EncodedFrame::share(gst::ref(buffer));
}

class Output final : public TrackOutput {
 public:
  Output(ThreadedTracks& tracks, TrackEndpoint& endpoint) : tracks_(tracks), endpoint_(endpoint) {}
  void begin(const TrackStreams& streams, const RecordedClock::Place& start,
             GstClockTime running_time) override {
    tracks_.begin_file(endpoint_, streams, start, running_time);
  }
  void write(const TrackPacket& packet, GstClockTime time) override {
    tracks_.write(endpoint_, packet, time);
  }
  void want_key_frame() override { tracks_.want_key_frame(endpoint_); }

 private:
  ThreadedTracks& tracks_;
  TrackEndpoint& endpoint_;
};

class Input final : public TrackInput {
 public:
  Input(std::shared_ptr<ThreadedTracks> tracks, std::shared_ptr<TrackEndpoint> endpoint, GstClockTime delay)
      : tracks_(std::move(tracks)), endpoint_(std::move(endpoint)), delay_(delay) {}
  ~Input() override { tracks_->push({.endpoint = endpoint_, .arrival = gst::now()}, false); }

  void audio(GstBuffer* packet, GstClockTime running_time) override {
    push({.codec = gst::Codec::opus, .running_time = running_time + delay_, .buffer = shared(packet)}, {});
  }
  void video(gst::Codec codec, GstBuffer* frame, GstClockTime running_time, bool key,
             std::shared_ptr<GstBuffer> avcc) override {
    push({.codec = codec, .running_time = running_time + delay_, .key = key, .buffer = shared(frame)},
         std::move(avcc));
  }
  void video_left_out() override { left_out_ = true; }
  void set_switches(GstClockTime at, bool audio, bool video) override {
    tracks_->set_switches(*endpoint_, at, audio, video);
  }

 private:
  void push(TrackPacket packet, std::shared_ptr<GstBuffer> avcc) {
    const bool key = packet.key, video = gst::is_video(packet.codec);
    const std::size_t bytes = gst_buffer_get_size(packet.buffer.get());
    tracks_->push({.endpoint = endpoint_,
                   .arrival = gst::now(),
                   .packet = std::move(packet),
                   .avcc = std::move(avcc),
                   .bytes = bytes,
                   .after_loss = video && left_out_.exchange(false)},
                  key);
  }

  std::shared_ptr<ThreadedTracks> tracks_;
  std::shared_ptr<TrackEndpoint> endpoint_;
  const GstClockTime delay_;
  std::atomic<bool> left_out_{false};
};

}  // namespace

std::shared_ptr<TrackInput> ThreadedTracks::add(TrackOwner owner, std::function<void()> request_key_frame) {
  auto endpoint = std::make_shared<TrackEndpoint>();
  endpoint->owner = std::move(owner);
  endpoint->request_key_frame = std::move(request_key_frame);
  endpoint->output = std::make_unique<Output>(*this, *endpoint);
  endpoint->cutter = std::make_unique<TrackCutter>(
      *endpoint->output, *spec_.clock,
      TrackCutterSpec{.audio = endpoint->owner.audio, .video = endpoint->owner.video});
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(added_, [](const auto& weak) { return weak.expired(); });
    added_.push_back(endpoint);
  }
  return std::make_shared<Input>(shared_from_this(), std::move(endpoint), spec_.delay);
}

void ThreadedTracks::request_key_frames() {
  std::vector<std::weak_ptr<TrackEndpoint>> all;
  {
    const std::lock_guard lock(mutex_);
    all = added_;
  }
  for (const auto& weak : all)
    if (const auto endpoint = weak.lock(); endpoint && endpoint->owner.video && endpoint->request_key_frame)
      endpoint->request_key_frame();
}

void ThreadedTracks::push(TrackItem item, bool key) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    if (item.packet) {
      TrackEndpoint& endpoint = *item.endpoint;
      const bool video = gst::is_video(item.packet->codec), full = waiting_ + item.bytes > spec_.most_waiting;
      if (video && endpoint.dropping && key && !full) {
        endpoint.dropping = false;
        item.after_loss = true;
      }
      if (full || (video && endpoint.dropping)) {
        endpoint.dropping = endpoint.dropping || video;
        ++endpoint.dropped;
        return;
      }
      waiting_ += item.bytes;
    }
    queue_.push_back(std::move(item));
  }
  changed_.notify_one();
}

void ThreadedTracks::set_switches(TrackEndpoint& endpoint, GstClockTime at, bool audio, bool video) {
  const std::lock_guard lock(mutex_);
  endpoint.switches.set(at, audio, video);
}

bool ThreadedTracks::is_of_the_mix(const TrackEndpoint& endpoint, const TrackPacket& packet) {
  const std::lock_guard lock(mutex_);
  return gst::is_video(packet.codec) ? endpoint.switches.video_at(packet.running_time)
                                     : endpoint.switches.audio_at(packet.running_time);
}

void ThreadedTracks::finish() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  std::call_once(joined_, [this] { thread_.join(); });
}

void ThreadedTracks::serve() {
  pthread_setname_np(pthread_self(), "tracks");
  GstClockTime flushed = gst::now(), synced = flushed;
  std::unique_lock lock(mutex_);
  for (;;) {
    const GstClockTime now = gst::now();
    while (!queue_.empty() && (stopping_ || queue_.front().arrival + spec_.lag <= now)) {
      TrackItem item = std::move(queue_.front());
      queue_.pop_front();
      waiting_ -= item.bytes;
      lock.unlock();
      process(std::move(item));
      lock.lock();
    }
    if (stopping_ && queue_.empty()) break;
    lock.unlock();
    if (now >= flushed + flush_period) {
      const bool disk = now >= synced + sync_period;
      flush_files(disk);
      flushed = now;
      if (disk) synced = now;
    }
    lock.lock();
    // Every packet would wake the thread, and most must wait anyway: it looks ten times a second.
    changed_.wait_for(lock, std::chrono::milliseconds(100), [this] { return stopping_; });
  }
  lock.unlock();
  for (const auto& endpoint : endpoints_) {
    endpoint->cutter->end();
    report_drops(*endpoint);
    close_file(*endpoint);
  }
  endpoints_.clear();
}

void ThreadedTracks::process(TrackItem item) {
  TrackEndpoint& endpoint = *item.endpoint;
  if (!item.packet) {
    endpoint.cutter->end();
    report_drops(endpoint);
    close_file(endpoint);
    endpoints_.erase(item.endpoint);
    return;
  }
  endpoints_.insert(item.endpoint);
  if (failed_ || is_at_limit(endpoint)) return;
  TrackPacket& packet = *item.packet;
  if (item.after_loss) endpoint.cutter->lost_video();
  if (!is_of_the_mix(endpoint, packet)) {
    if (gst::is_video(packet.codec)) endpoint.cutter->lost_video();
    return;
  }
  if (packet.key || packet.codec == gst::Codec::h264) {
    const gst::MappedBuffer frame(packet.buffer.get()), avcc(item.avcc.get());
    if (packet.key)
      packet.format = read_key_frame(packet.codec, frame.bytes(), avcc.bytes());
    else
      packet.shown_earlier = is_shown_earlier(packet.codec, frame.bytes(), avcc.bytes());
  }
  endpoint.cutter->take(std::move(packet));
}

void ThreadedTracks::begin_file(TrackEndpoint& endpoint, const TrackStreams& streams,
                                const RecordedClock::Place& start, GstClockTime running_time) {
  close_file(endpoint);
  if (failed_) return;
  const TrackOwner& owner = endpoint.owner;
  int& number = numbers_[owner.participant + "-" + owner.kind];
  if (number > spec_.most_files) return;  // it has been said
  std::string name;
  do {
    if (++number > spec_.most_files) {
      if (reports_.limit) reports_.limit(owner, spec_.most_files);
      return;
    }
    name = track_name(owner.participant, owner.kind, number);
  } while (std::filesystem::exists(spec_.directory + "/" + name));
  auto file = TrackFile::create(spec_.directory + "/" + name, streams, owner.name);
  if (!file) return fail(file.error());
  endpoint.file = std::move(*file);
  if (reports_.begun) reports_.begun({owner, name, streams.codecs(), start, running_time});
}

/// Nothing of theirs is written any more, so nobody is to be asked for key frames either.
bool ThreadedTracks::is_at_limit(const TrackEndpoint& endpoint) const {
  const auto number = numbers_.find(endpoint.owner.participant + "-" + endpoint.owner.kind);
  return number != numbers_.end() && number->second > spec_.most_files;
}

void ThreadedTracks::write(TrackEndpoint& endpoint, const TrackPacket& packet, GstClockTime time) {
  if (!endpoint.file) return;
  const gst::MappedBuffer data(packet.buffer.get());
  const auto written = gst::is_video(packet.codec)
                           ? endpoint.file->write_video(data.bytes(), time, packet.key)
                           : endpoint.file->write_audio(data.bytes(), time);
  if (!written) fail(written.error());
}

void ThreadedTracks::want_key_frame(TrackEndpoint& endpoint) {
  const GstClockTime now = gst::now();
  if (endpoint.asked != 0 && now < endpoint.asked + key_request_period) return;
  endpoint.asked = now;
  if (endpoint.request_key_frame) endpoint.request_key_frame();
}

void ThreadedTracks::report_drops(TrackEndpoint& endpoint) {
  std::uint64_t dropped = 0;
  bool dropping = false;
  {
    const std::lock_guard lock(mutex_);
    dropped = std::exchange(endpoint.dropped, 0);
    dropping = endpoint.dropping;
  }
  if (dropped > 0 && reports_.dropped) reports_.dropped(endpoint.owner, dropped);
  if (dropping) want_key_frame(endpoint);
}

void ThreadedTracks::close_file(TrackEndpoint& endpoint) {
  if (!endpoint.file) return;
  if (auto closed = endpoint.file->close(); !closed && !failed_) fail(closed.error());
  endpoint.file.reset();
}

void ThreadedTracks::flush_files(bool disk) {
  const GstClockTime now = gst::now();
  for (const auto& endpoint : endpoints_) {
    if (now >= endpoint->reported + drop_report_period) {
      endpoint->reported = now;
      report_drops(*endpoint);
    }
    if (!endpoint->file || failed_) continue;
    if (auto flushed = endpoint->file->flush(disk); !flushed) fail(flushed.error());
  }
}

void ThreadedTracks::fail(const Error& failure) {
  if (std::exchange(failed_, true)) return;
  log::error("tracks: {}", failure.message);
  for (const auto& endpoint : endpoints_) endpoint->file.reset();
  if (reports_.failed) reports_.failed(failure);
}

std::string track_name(const std::string& participant, const std::string& kind, int number) {
  return fmt::format("{}/{}-{}-{:03}.mkv", tracks_folder, participant, kind, number);
}

std::shared_ptr<TrackRecorder> TrackRecorder::create(TrackRecorderSpec spec, TrackReports reports) {
  gst::ensure_initialised();
  return std::make_shared<ThreadedTracks>(std::move(spec), std::move(reports));
}

}  // namespace tessera::recording

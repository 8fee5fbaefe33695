#pragma once
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "recording/switch_history.hpp"
#include "recording/track_cutter.hpp"
#include "recording/track_recorder.hpp"

namespace tessera::recording {

/// What the tracks' thread knows of an endpoint.
struct TrackEndpoint {
  TrackOwner owner;
  std::function<void()> request_key_frame;
  std::unique_ptr<TrackOutput> output;
  std::unique_ptr<TrackCutter> cutter;
  std::unique_ptr<TrackFile> file;
  GstClockTime asked = 0, reported = 0;
  std::uint64_t dropped = 0;  ///< guarded by the recorder's mutex, as is `dropping`
  bool dropping = false;      ///< pictures, until the next key frame
  SwitchHistory switches;     ///< guarded by the recorder's mutex
};

struct TrackItem {
  std::shared_ptr<TrackEndpoint> endpoint;
  GstClockTime arrival = 0;
  std::optional<TrackPacket> packet{};  ///< nothing: the endpoint has ended
  std::shared_ptr<GstBuffer> avcc{};
  std::size_t bytes = 0;
  bool after_loss = false;
};

/// The TrackRecorder. Everything but the queue belongs to its thread.
class ThreadedTracks final : public TrackRecorder, public std::enable_shared_from_this<ThreadedTracks> {
 public:
  ThreadedTracks(TrackRecorderSpec spec, TrackReports reports)
      : spec_(std::move(spec)), reports_(std::move(reports)), thread_([this] { serve(); }) {}
  ~ThreadedTracks() override { finish(); }

  std::shared_ptr<TrackInput> add(TrackOwner owner, std::function<void()> request_key_frame) override;
  void request_key_frames() override;
  void finish() override;

  void push(TrackItem item, bool key);
  void set_switches(TrackEndpoint& endpoint, GstClockTime at, bool audio, bool video);
  void begin_file(TrackEndpoint& endpoint, const TrackStreams& streams, const RecordedClock::Place& start,
                  GstClockTime running_time);
  void write(TrackEndpoint& endpoint, const TrackPacket& packet, GstClockTime time);
  void want_key_frame(TrackEndpoint& endpoint);

 private:
  void serve();
  void process(TrackItem item);
  [[nodiscard]] bool is_of_the_mix(const TrackEndpoint& endpoint, const TrackPacket& packet);
  [[nodiscard]] bool is_at_limit(const TrackEndpoint& endpoint) const;
  void report_drops(TrackEndpoint& endpoint);
  void close_file(TrackEndpoint& endpoint);
  void flush_files(bool disk);
  void fail(const Error& failure);

  const TrackRecorderSpec spec_;
  const TrackReports reports_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<TrackItem> queue_;
  std::vector<std::weak_ptr<TrackEndpoint>> added_;
  std::size_t waiting_ = 0;  ///< bytes in the queue
  bool stopping_ = false;
  // The tracks' thread.
  std::set<std::shared_ptr<TrackEndpoint>> endpoints_;
  std::map<std::string, int> numbers_;  ///< files made so far, by participant and kind
  bool failed_ = false;
  std::once_flag joined_;
  std::thread thread_;
};

}  // namespace tessera::recording

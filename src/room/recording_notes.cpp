#include "room/recording_notes.hpp"

#include "base/log.hpp"
#include "gst/element.hpp"
#include "recording/wall_clock.hpp"

namespace tessera::room {
namespace {

using recording::RecordedClock;
using recording::WallTime;

constexpr std::size_t most_waiting = 20'000;

/// What the wall clock showed at a running time. Asked anew each time: the wall clock may be set.
WallTime wall_at(GstClockTime running_time) {
  return recording::wall_time_of(running_time, gst::now(), recording::wall_now());
}

recording::PartTime part_time(const RecordedClock::Place& place) {
  return {place.part, static_cast<std::int64_t>(place.time / GST_MSECOND)};
}

}  // namespace

std::shared_ptr<RecordingNotes> RecordingNotes::start(Loop& loop, Worker& worker, Spec spec) {
  std::shared_ptr<RecordingNotes> notes(new RecordingNotes(loop, worker, std::move(spec)));
  notes->open();
  return notes;
}

void RecordingNotes::open() {
  const auto report = [this](auto work) {
    return [&loop = loop_, weak = weak_from_this(), work](auto... arguments) {
      loop.post([weak, work, arguments...] {
        if (const auto self = weak.lock()) work(*self, arguments...);
      });
    };
  };
  const auto warn_about = report([](RecordingNotes& self, const Error& failure) { self.warn(failure); });
  auto writer = recording::TimelineWriter::open(spec_.directory, warn_about);
  if (writer)
    writer_ = std::move(*writer);
  else
    warn_about(writer.error());
  if (!spec_.tracks) return;
  recording::TrackReports reports;
  reports.begun =
      report([](RecordingNotes& self, const recording::TrackBegun& track) { self.track_begun(track); });
  reports.dropped =
      report([](RecordingNotes& self, const recording::TrackOwner& owner, std::uint64_t packets) {
        self.note("dropped",
                  Json::object({{"frames", packets}, {"id", owner.participant}, {"kind", owner.kind}}));
      });
  reports.failed = warn_about;
  tracks_ = recording::TrackRecorder::create(
      {.directory = spec_.directory, .clock = spec_.clock, .delay = spec_.playout_delay}, std::move(reports));
}

RecordingNotes::~RecordingNotes() {
  if (!tracks_ && !writer_) return;
  worker_.run("abandon notes", [tracks = std::move(tracks_), writer = std::move(writer_)]() mutable {
    if (tracks) tracks->finish();
    writer.reset();
  });
}

void RecordingNotes::begin(const Json& participants, const Json& layout,
                           const std::vector<std::string>& speakers) {
  const GstClockTime now = gst::now();
  for (auto& note : feed_.begin(participants, layout, speakers))
    note_at(now, note.type, std::move(note.data));
}

void RecordingNotes::room_event(const std::string& name, const Json& data) {
  if (ended_) return;
  const GstClockTime now = gst::now();
  for (auto& note : feed_.note(name, data)) note_at(now, note.type, std::move(note.data));
}

void RecordingNotes::statistics(const Json& endpoints) {
  if (ended_) return;
  const GstClockTime now = gst::now();
  for (auto& note : feed_.losses(endpoints)) note_at(now, note.type, std::move(note.data));
}

void RecordingNotes::note(const std::string& type, Json data) {
  note_at(gst::now(), type, std::move(data));
}

void RecordingNotes::note_at(GstClockTime running_time, std::string type, Json data) {
  if (!writer_) return;
  if (!begun_) {
    // A recording that goes on paused may wait for days. Who came and what was chosen is needed then; who
    // talked and what was lost before anything was recorded is not.
    if (waiting_.size() >= most_waiting)
      std::erase_if(waiting_,
                    [](const Waiting& one) { return one.type == "speakers" || one.type == "loss"; });
    if (waiting_.size() < most_waiting) waiting_.push_back({running_time, std::move(type), std::move(data)});
    return;
  }
  put({wall_at(running_time), part_time(spec_.clock->nearest(running_time)), std::move(type),
       std::move(data)});
}

void RecordingNotes::recorder_event(const std::string& type, WallTime at, const RecordedClock::Place& place,
                                    Json data) {
  put({at, part_time(place), type, std::move(data)});
  if (type == "ended") ended_ = true;
  if (!begun_ && type != "part") return;  // it never began (no picture came)
  if (tracks_ && (type == "resumed" || (type == "part" && !begun_))) tracks_->request_key_frames();
  if (std::exchange(begun_, true)) return;
  for (auto& early : std::exchange(waiting_, {}))
    put({wall_at(early.running_time), part_time(spec_.clock->nearest(early.running_time)),
         std::move(early.type), std::move(early.data)});
}

void RecordingNotes::put(const recording::TimelineEvent& event) {
  if (writer_) writer_->append(recording::timeline_line(event));
}

void RecordingNotes::warn(const Error& failure) {
  log::warn("beside the recording: {}", failure.message);
  note("warning", Json::object({{"code", failure.code}, {"text", failure.message}}));
  if (spec_.warning) spec_.warning(failure);
}

void RecordingNotes::track_begun(const recording::TrackBegun& track) {
  const auto time = part_time(track.start);
  Json data = Json::object({{"file", track.file},
                            {"participant", track.owner.participant},
                            {"kind", track.owner.kind},
                            {"codecs", track.codecs},
                            {"startMs", time.ms}});
  put({wall_at(track.running_time), time, "track", std::move(data)});
}

TrackSource RecordingNotes::track_source() const {
  if (!tracks_) return {};
  return [weak = std::weak_ptr(tracks_)](
             recording::TrackOwner owner,
             std::function<void()> request_key_frame) -> std::shared_ptr<recording::TrackInput> {
    const auto tracks = weak.lock();
    return tracks ? tracks->add(std::move(owner), std::move(request_key_frame)) : nullptr;
  };
}

void RecordingNotes::close(std::function<void()> done) {
  worker_.run(
      "close tracks",
      [self = shared_from_this(), tracks = std::move(tracks_), done = std::move(done)]() mutable {
        if (tracks) tracks->finish();
        tracks.reset();
        Loop& loop = self->loop_;
        // What the tracks reported last is in the loop's queue before this; then the timeline is whole.
        loop.post([self = std::move(self), done = std::move(done)]() mutable {
          Worker& worker = self->worker_;
          worker.run("close timeline", [&loop = self->loop_, writer = std::move(self->writer_),
                                        done = std::move(done)]() mutable {
            writer.reset();
            loop.post(std::move(done));
          });
        });
      },
      std::chrono::seconds(10));
}

}  // namespace tessera::room

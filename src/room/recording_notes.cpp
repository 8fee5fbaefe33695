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

TimelineFeed::Time feed_time(GstClockTime running_time) {
  return TimelineFeed::Time(static_cast<std::int64_t>(running_time));
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

RecordingNotes::RecordingNotes(Loop& loop, Worker& worker, Spec spec)
    : loop_(loop), worker_(worker), spec_(std::move(spec)), feed_(TimelineFeed::Spec{.chat = spec_.chat}) {
  feed_.set_paused(true);  // until it runs
}

void RecordingNotes::open() {
  const auto warn_about =
      on_control_thread([](RecordingNotes& self, const Error& failure) { self.warn(failure); });
  auto writer = recording::TimelineWriter::open(spec_.directory, warn_about);
  if (writer)
    writer_ = std::move(*writer);
  else
    warn_about(writer.error());
  if (spec_.resume && spec_.chat) count_chat();
  if (spec_.tracks) open_tracks();
}

void RecordingNotes::count_chat() {
  const auto counted = on_control_thread([](RecordingNotes& self, const recording::KeptChat& kept) {
    self.feed_.continue_chat(kept.bytes, kept.truncated);
  });
  worker_.run("count chat",
              [directory = spec_.directory, counted] { counted(recording::kept_chat(directory)); });
}

void RecordingNotes::open_tracks() {
  recording::TrackReports reports;
  reports.begun = on_control_thread(
      [](RecordingNotes& self, const recording::TrackBegun& track) { self.track_begun(track); });
  reports.dropped =
      on_control_thread([](RecordingNotes& self, const recording::TrackOwner& owner, std::uint64_t packets) {
        self.note("dropped",
                  Json::object({{"frames", packets}, {"id", owner.participant}, {"kind", owner.kind}}));
      });
  reports.limit = on_control_thread([](RecordingNotes& self, const recording::TrackOwner& owner, int files) {
    self.no_more_tracks(owner, files);
  });
  reports.failed = on_control_thread([](RecordingNotes& self, const Error& failure) { self.warn(failure); });
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
  note_all(now, feed_.begin(participants, layout, speakers, feed_time(now)));
}

void RecordingNotes::room_event(const std::string& name, const Json& data) {
  if (ended_) return;
  const GstClockTime now = gst::now();
  note_all(now, feed_.note(name, data, feed_time(now)));
}

void RecordingNotes::statistics(const Json& endpoints) {
  if (ended_) return;
  const GstClockTime now = gst::now();
  note_all(now, feed_.due(feed_time(now)));
  note_all(now, feed_.losses(endpoints));
}

void RecordingNotes::note_all(GstClockTime running_time, TimelineNotes notes) {
  for (auto& note : notes) {
    if (note.type == "chat-truncated" && spec_.warning)
      spec_.warning(error("chat-truncated",
                          "The recording holds {} MB of chat; what is written from now on is not kept.",
                          note.data["bytes"].as_int() / 1'000'000));
    note_at(running_time, note.type, std::move(note.data));
  }
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
  if (type == "paused" || type == "ended") feed_.set_paused(true);
  if (type == "part" || type == "resumed") feed_.set_paused(false);
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

void RecordingNotes::no_more_tracks(const recording::TrackOwner& owner, int files) {
  log::warn("{} has {} track files ({}); nothing more of theirs goes into tracks", owner.participant, files,
            owner.kind);
  note("track-limit",
       Json::object({{"participant", owner.participant}, {"kind", owner.kind}, {"files", files}}));
  if (spec_.warning)
    spec_.warning(error("track-limit",
                        "{} has {} track files in this recording, which is the limit; nothing more of theirs "
                        "goes into tracks. The recording itself continues.",
                        owner.name, files));
}

void RecordingNotes::track_begun(const recording::TrackBegun& track) {
  const auto time = part_time(track.start);
  note_all(track.running_time, feed_.introduce(track.owner.participant, feed_time(gst::now())));
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

#pragma once
// What is written beside a recording while it runs: its timeline and, when asked for, everybody's tracks.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/loop.hpp"
#include "base/worker.hpp"
#include "recording/recorded_clock.hpp"
#include "recording/timeline.hpp"
#include "recording/timeline_writer.hpp"
#include "recording/track_recorder.hpp"
#include "room/timeline_feed.hpp"
#include "room/track_tap.hpp"

namespace tessera::room {

/// Owned by the Room; lives on the control thread. Nothing that goes wrong here touches the recording itself:
/// it is logged, noted in the timeline where that is possible, and reported by `warning`.
class RecordingNotes : public std::enable_shared_from_this<RecordingNotes> {
 public:
  struct Spec {
    std::string directory;  ///< the recording's
    std::shared_ptr<const recording::RecordedClock> clock;
    bool tracks = false;
    bool chat = false;               ///< what is written in the chat goes into the timeline
    bool resume = false;             ///< the timeline holds what a process before this one wrote
    GstClockTime playout_delay = 0;  ///< from a packet's running time to its place in the mix
    /// What operators are to know: {code, text}. Control thread.
    std::function<void(Error)> warning = {};
  };
  static std::shared_ptr<RecordingNotes> start(Loop& loop, Worker& worker, Spec spec);
  ~RecordingNotes();

  /// How things are at the beginning: to be called once, before any event.
  void begin(const Json& participants, const Json& layout, const std::vector<std::string>& speakers);
  /// An event of messages.hpp that goes to everybody. Nothing once the recorder has told that it ended: what
  /// happens while its files close is not of the recording any more.
  void room_event(const std::string& name, const Json& data);
  /// `statistics().endpoints`, every few seconds.
  void statistics(const Json& endpoints);
  /// Something that happens now: "consent" and the like.
  void note(const std::string& type, Json data);
  /// What the recorder tells of itself, in order. Its first "part" opens the timeline: what was noted before
  /// that stands behind it, at the part's beginning.
  void recorder_event(const std::string& type, recording::WallTime at,
                      const recording::RecordedClock::Place& place, Json data);

  /// For Seat::record_tracks(); empty when no tracks are recorded.
  [[nodiscard]] TrackSource track_source() const;

  /// Writes what is left and closes every file, on the worker; then calls `done` on the control thread. After
  /// it nothing is taken any more.
  void close(std::function<void()> done);

 private:
  RecordingNotes(Loop& loop, Worker& worker, Spec spec);
  void open();
  void open_tracks();
  void count_chat();
  void note_all(GstClockTime running_time, TimelineNotes notes);
  void note_at(GstClockTime running_time, std::string type, Json data);
  void put(const recording::TimelineEvent& event);
  void warn(const Error& failure);
  void track_begun(const recording::TrackBegun& track);
  void no_more_tracks(const recording::TrackOwner& owner, int files);
  /// Gives a report of another thread to `work(*this, …)` on the control thread.
  template <typename Work>
  auto on_control_thread(Work work) {
    return [&loop = loop_, weak = weak_from_this(), work](auto... arguments) {
      loop.post([weak, work, arguments...] {
        if (const auto self = weak.lock()) work(*self, arguments...);
      });
    };
  }

  struct Waiting {
    GstClockTime running_time;
    std::string type;
    Json data;
  };
  Loop& loop_;
  Worker& worker_;
  const Spec spec_;
  TimelineFeed feed_;
  bool begun_ = false, ended_ = false;
  std::vector<Waiting> waiting_;
  std::shared_ptr<recording::TimelineWriter> writer_;  ///< null when the file cannot be written, or is closed
  std::shared_ptr<recording::TrackRecorder> tracks_;
};

}  // namespace tessera::room

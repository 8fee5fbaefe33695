// timeline.jsonl and what is made of it: a line reads as it was written, and chapters lie inside the
// recording.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "fuzz.hpp"
#include "recording/chapters.hpp"
#include "recording/files.hpp"
#include "recording/manifest_details.hpp"
#include "recording/timeline.hpp"
#include "recording/timeline_document.hpp"
#include "recording/webvtt.hpp"

namespace {

using namespace tessera::fuzz;
using namespace tessera::recording;

void check_line(const TimelineEvent& event) {
  const std::string line = timeline_line(event);
  expect(line.find('\n') == line.size() - 1, "an event is one line");
  const auto again = parse_timeline_line(std::string_view(line).substr(0, line.size() - 1));
  expect(again.has_value(), "what was written can be read: {}", line);
  expect(again->at == event.at && again->time == event.time && again->type == event.type &&
             again->data == event.data,
         "an event reads as it was written: {}", line);
}

void check_parts(const std::vector<PartSpan>& parts) {
  std::int64_t end = 0;
  for (const auto& part : parts) {
    expect(part.duration_ms >= 0, "no part lasts less than no time");
    expect(part.start_ms == end, "a part begins where the one before it ends");
    end = part.start_ms + part.duration_ms;
    expect(end >= part.start_ms, "the sum of the parts is a time");
  }
}

void check_chapters(const std::vector<Chapter>& chapters, std::int64_t duration) {
  expect(!chapters.empty() && chapters.front().ms == 0, "the first chapter is at the start");
  expect(std::is_sorted(chapters.begin(), chapters.end(), [](auto& a, auto& b) { return a.ms < b.ms; }),
         "chapters are in order");
  for (const auto& chapter : chapters) {
    expect(chapter.ms <= std::max<std::int64_t>(duration, 0), "a chapter begins before the end");
    expect(is_one_line(chapter.title), "a title is one line");
  }
  const std::string vtt = chapters_vtt(chapters, duration);
  const auto lines = static_cast<std::size_t>(std::count(vtt.begin(), vtt.end(), '\n'));
  expect(lines == 1 + 4 * chapters.size(), "each chapter is one cue of four lines");
}

// What a client gets of the file, which is never in memory as a whole.
void check_document(std::string_view text, const Timeline& timeline) {
  const Descriptor file(::memfd_create("timeline", MFD_CLOEXEC));
  expect(file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()),
         "there is a file");
  std::string all;
  const auto written =
      write_timeline_document(file.get(), tessera::Json::object(), "", [&](std::string_view piece) {
        all += piece;
        return tessera::Result<void>{};
      });
  expect(written.ok(), "a timeline can be written: {}", reason_of(written));
  const auto document = tessera::Json::parse(all);
  expect(document.ok(), "a timeline is written as JSON: {}", reason_of(document));
  const auto& events = (*document)["events"].items();
  expect(events.size() == timeline.events.size(), "each event is written");
  for (std::size_t i = 0; i < events.size(); ++i)
    expect(events[i]["type"].as_string() == timeline.events[i].type &&
               events[i]["ms"].as_int() == timeline.events[i].time.ms,
           "events are written in recorded order");
  expect((*document)["parts"].items().size() == timeline.parts().size(), "each part is written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const Timeline timeline = parse_timeline(text_of(bytes, size));
  check_document(text_of(bytes, size), timeline);
  for (const auto& event : timeline.events) check_line(event);
  const auto parts = timeline.parts();
  check_parts(parts);
  const std::int64_t duration = parts.empty() ? 0 : parts.back().start_ms + parts.back().duration_ms;
  for (const auto& event : timeline.events) (void)position_of(event.time, parts);
  const auto chapters = chapters_of(timeline, parts, duration);
  check_chapters(chapters, duration);
  for (const auto& part : parts) (void)chapters_in(chapters, part);
  (void)part_begins(timeline);
  (void)gaps_of(timeline, parts);
  (void)participants_of(timeline, parts);
  (void)layouts_of(timeline, parts);
  (void)tracks_of(timeline);
  (void)end_reason_of(timeline);
  (void)consent_of(timeline);
  (void)ended_at(timeline, parts);
  return 0;
}

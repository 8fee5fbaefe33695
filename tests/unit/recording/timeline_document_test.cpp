#include "recording/timeline_document.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <random>

#include "recording/files.hpp"
#include "recording/line_reader.hpp"

namespace tessera::recording {
namespace {

Descriptor file_with(const std::string& text) {
  Descriptor file(open(testing::TempDir().c_str(), O_TMPFILE | O_RDWR, 0600));
  EXPECT_EQ(write(file.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  return file;
}

std::string line(int part, std::int64_t ms, const std::string& type, Json data = Json::object()) {
  return timeline_line(
      {WallTime(std::chrono::milliseconds(1'795'000'000'000 + ms)), {part, ms}, type, std::move(data)});
}

Json document(const std::string& text, const Json& manifest = Json::object(), std::string_view types = "") {
  std::string whole;
  const auto written =
      write_timeline_document(file_with(text).get(), manifest, types, [&](std::string_view piece) {
        whole += piece;
        return Result<void>();
      });
  EXPECT_TRUE(written);
  auto parsed = Json::parse(whole);
  EXPECT_TRUE(parsed) << whole.substr(0, 200);
  return parsed ? *parsed : Json();
}

TEST(LineReaderTest, GivesWholeLinesWhateverTheBlocks) {
  std::string text;
  std::vector<std::string> expected;
  for (std::size_t size : {0U, 1U, 65'534U, 65'535U, 65'536U, 200'000U, 3U}) {
    expected.emplace_back(size, 'x');
    text += expected.back() + "\n";
  }
  const auto file = file_with(text + "torn");
  LineReader lines(file.get()), again(file.get());
  for (const auto& one : expected) {
    EXPECT_EQ(lines.next()->value(), one);
    EXPECT_EQ(again.next()->value().size(), one.size()) << "two readers share a descriptor";
  }
  EXPECT_FALSE(lines.next()->has_value());
  EXPECT_FALSE(lines.next()->has_value());
}

TEST(LineReaderTest, PassesOverLinesThatAreTooLong) {
  const auto file = file_with("a\n" + std::string(LineReader::max_line * 3, 'x') + "\nb\n" +
                              std::string(LineReader::max_line * 2, 'y'));
  LineReader lines(file.get());
  EXPECT_EQ(lines.next()->value(), "a");
  EXPECT_EQ(lines.next()->value(), "b");
  EXPECT_FALSE(lines.next()->has_value());
}

TEST(LineReaderTest, AFileThatCannotBeReadIsAnError) {
  LineReader lines(-1);
  EXPECT_EQ(lines.next().error().code, "cannot-read");
}

TEST(TimelineDocumentTest, IsWhatTheTimelineInMemorySays) {
  std::mt19937 random(3);
  std::string text;
  for (int part = 1; part <= 3; ++part)
    for (int i = 0; i < 4000; ++i)
      text += line(part, i * 7 + static_cast<int>(random() % 300), i % 2 ? "chat" : "speakers",
                   Json::object({{"text", std::string(random() % 40, 'c')}, {"n", i}}));
  text += line(3, 99, "part-end", Json::object({{"durationMs", 28'400}})) + "no line\n" + R"({"at":)";
  const Json manifest = Json::parse(R"({"parts": [{"n": 1, "durationMs": 30000}]})").value();

  const Timeline timeline = parse_timeline(text);
  const auto spans = measured_parts(timeline, manifest);
  const Json made = document(text, manifest);
  ASSERT_EQ(made["events"].items().size(), timeline.events.size());
  for (std::size_t i = 0; i < timeline.events.size(); ++i) {
    const Json& event = made["events"].items()[i];
    ASSERT_EQ(event["part"].as_int(), timeline.events[i].time.part) << i;
    ASSERT_EQ(event["ms"].as_int(), timeline.events[i].time.ms) << i;
    ASSERT_EQ(event["n"].as_int(-1), timeline.events[i].data["n"].as_int(-1)) << i;
    ASSERT_EQ(event["position"].as_int(), position_of(timeline.events[i].time, spans)) << i;
  }
  ASSERT_EQ(made["parts"].items().size(), spans.size());
  for (std::size_t i = 0; i < spans.size(); ++i)
    EXPECT_EQ(made["parts"].items()[i]["startMs"].as_int(), spans[i].start_ms);
}

TEST(TimelineDocumentTest, GivesTheTypesThatAreWanted) {
  const Json made =
      document(line(1, 1, "chat") + line(1, 2, "layout") + line(1, 3, "chatter"), Json::object(), "chat,x");
  ASSERT_EQ(made["events"].items().size(), 1u);
  EXPECT_EQ(made["events"].items()[0]["ms"].as_int(), 1);
}

TEST(TimelineDocumentTest, OfAnEmptyTimelineIsEmpty) {
  const Json made = document("");
  EXPECT_TRUE(made["parts"].items().empty());
  EXPECT_TRUE(made["events"].items().empty());
}

TEST(TimelineDocumentTest, AnErrorOfTheSinkEndsIt) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += line(1, i, "chat");
  int pieces = 0;
  const auto written =
      write_timeline_document(file_with(text).get(), Json::object(), "", [&](std::string_view) {
        return ++pieces < 10 ? Result<void>() : Result<void>(error("disk-full", "no room"));
      });
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, "disk-full");
  EXPECT_EQ(pieces, 10);
}

}  // namespace
}  // namespace tessera::recording

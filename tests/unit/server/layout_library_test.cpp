// Layout files that change while the server runs; previews and their wishes.
#include "server/layout_library.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "server/layout_previews.hpp"

namespace tessera::server {
namespace {

using namespace std::chrono_literals;

std::string layout(const std::string& name, const std::string& title) {
  return R"({"name": ")" + name + R"(", "title": ")" + title +
         R"(", "templates": [{"grid": {}, "show": "others"}]})";
}

class LayoutLibraryTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "tessera-layouts-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    write("grid.json", layout("grid", "one"));
    auto loaded = config::Layouts::load(folder_);
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    library_ = std::make_unique<LayoutLibrary>(
        loop_, std::move(*loaded), "grid",
        LayoutLibrary::Listener{
            [this] { ++changes_; },
            [this](const config::RefusedLayout& file) { refused_.push_back(file.file); }});
  }
  void TearDown() override {
    library_.reset();
    std::filesystem::remove_all(folder_);
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name) << text;
  }
  bool wait(const std::function<bool()>& done) { return loop_.run_until(done, 5s); }

  Loop loop_;
  std::string folder_;
  std::unique_ptr<LayoutLibrary> library_;
  int changes_ = 0;
  std::vector<std::string> refused_;
};

TEST_F(LayoutLibraryTest, TakesWhatChangesAndSaysSo) {
  write("grid.json", layout("grid", "two"));
  ASSERT_TRUE(wait([&] { return changes_ == 1; }));
  EXPECT_EQ(library_->layouts().find("grid")->title, "two");
  write("talk.json", layout("talk", "new"));
  ASSERT_TRUE(wait([&] { return library_->layouts().find("talk") != nullptr; }));
  std::filesystem::remove(folder_ + "/talk.json");
  ASSERT_TRUE(wait([&] { return library_->layouts().find("talk") == nullptr; }));
  EXPECT_EQ(library_->reloads(), 3u);
  EXPECT_TRUE(refused_.empty());
}

TEST_F(LayoutLibraryTest, ABadFileIsReportedOnceAndChangesNothing) {
  write("grid.json", "{ \"name\": 7 }");
  ASSERT_TRUE(wait([&] { return !refused_.empty(); }));
  EXPECT_EQ(refused_, std::vector<std::string>{"grid.json"});
  EXPECT_EQ(changes_, 0);
  EXPECT_EQ(library_->layouts().find("grid")->title, "one");
  const Json said = library_->describe();
  EXPECT_EQ(said["refused"].items().size(), 1u);
  EXPECT_NE(said["refused"].items()[0]["reason"].as_string().find("$.name"), std::string::npos);
  write("talk.json", layout("talk", "good"));  // another file's change does not report it again
  ASSERT_TRUE(wait([&] { return changes_ == 1; }));
  EXPECT_EQ(library_->refusals(), 1u);
  write("grid.json", layout("grid", "mended"));
  ASSERT_TRUE(wait([&] { return library_->layouts().find("grid")->title == "mended"; }));
  EXPECT_TRUE(library_->refused().empty());
}

TEST_F(LayoutLibraryTest, AChangedImageIsAChange) {
  write("logo.png", "whatever");
  EXPECT_TRUE(wait([&] { return changes_ == 1; }));
}

HttpRequest request_with(std::map<std::string, std::string> query) {
  HttpRequest request;
  request.query = std::move(query);
  return request;
}

TEST(PreviewWish, IsReadWithinBounds) {
  const auto wish =
      preview_wish(request_with({{"participants", "12"}, {"screen", "1"}, {"size", "320x180"}}));
  ASSERT_TRUE(wish.ok());
  EXPECT_EQ(wish->participants, 12);
  EXPECT_TRUE(wish->screen);
  EXPECT_EQ(wish->width, 320);
  EXPECT_EQ(preview_wish(request_with({}))->participants, 5);
  for (const auto& [key, value] : {std::pair{"participants", "50"},
                                   {"participants", "-1"},
                                   {"participants", "x"},
                                   {"screen", "2"},
                                   {"size", "320"},
                                   {"size", "321x180"},
                                   {"size", "4000x4000"}})
    EXPECT_EQ(preview_wish(request_with({{key, value}})).error().code, "bad-request") << key << "=" << value;
}

class LayoutPreviewsTest : public testing::Test {
 protected:
  Result<std::string> draw(std::vector<std::string> command, const std::string& source = "{}") {
    LayoutPreviews previews(loop_, std::move(command));
    std::optional<Result<std::string>> answer;
    previews.draw(source, "/", {}, [&](Result<std::string> png) { answer = std::move(png); });
    loop_.run_until([&] { return answer.has_value(); }, 5s);
    return answer ? *answer : error("no-answer", "none");
  }
  Loop loop_;
};

TEST_F(LayoutPreviewsTest, GivesWhatTheProcessWrites) {
  const auto png = draw({"/bin/sh", "-c", "head -c 300000 /dev/zero"});
  ASSERT_TRUE(png.ok()) << png.error().message;
  EXPECT_EQ(png->size(), 300000u);
}

TEST_F(LayoutPreviewsTest, AFailureIsAnError) {
  EXPECT_EQ(draw({"/bin/sh", "-c", "exit 3"}).error().code, "preview-failed");
  EXPECT_EQ(draw({"/bin/sh", "-c", "kill -9 $$"}).error().code, "preview-failed");
  EXPECT_FALSE(draw({"/nowhere"}).ok());
  EXPECT_FALSE(draw({}).ok());
  EXPECT_EQ(draw({"/bin/true"}, std::string(200'000, 'x')).error().code, "preview-failed");
}

TEST_F(LayoutPreviewsTest, TheSameWishIsDrawnOnceAndKept) {
  LayoutPreviews previews(loop_, {"/bin/sh", "-c", "cat /proc/sys/kernel/random/uuid"});
  std::vector<std::string> answers;
  const auto ask = [&] {
    previews.draw("{}", "/", {},
                  [&](const Result<std::string>& png) { answers.push_back(png ? *png : "failed"); });
  };
  ask();
  ask();  // while the first is under way
  ASSERT_TRUE(loop_.run_until([&] { return answers.size() == 2; }, 5s));
  ask();
  ASSERT_EQ(answers.size(), 3u) << "at once";
  EXPECT_EQ(answers[0], answers[1]);
  EXPECT_EQ(answers[0], answers[2]);
  previews.forget();
  ask();
  ASSERT_TRUE(loop_.run_until([&] { return answers.size() == 4; }, 5s));
  EXPECT_NE(answers[0], answers[3]);
}

}  // namespace
}  // namespace tessera::server

#include "room/avatars.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

#include "gst/element.hpp"

namespace tessera::room {
namespace {

class AvatarsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "tessera-avatars-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void draw(const std::string& name, int width) const {
    const media::CairoSurface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, 20));
    ASSERT_EQ(cairo_surface_write_to_png(surface.get(), (folder_ + "/" + name).c_str()),
              CAIRO_STATUS_SUCCESS);
  }
  std::string folder_;
};

TEST_F(AvatarsTest, IsTheFileOfThatName) {
  draw("Ada Lovelace.png", 10);
  draw("王小明.png", 12);
  Avatars avatars(folder_);
  ASSERT_NE(avatars.of("Ada Lovelace"), nullptr);
  EXPECT_EQ(avatars.of("Ada Lovelace")->width(), 10);
  EXPECT_EQ(avatars.of("Ada Lovelace"), avatars.of("Ada Lovelace")) << "loaded once";
  EXPECT_EQ(avatars.of("王小明")->width(), 12);
  EXPECT_EQ(avatars.of("Grace"), nullptr);
}

TEST_F(AvatarsTest, NoNameLeadsElsewhere) {
  std::filesystem::create_directory(folder_ + "/inner");
  draw("secret.png", 10);
  Avatars avatars(folder_ + "/inner");
  for (const char* name : {"../secret", "/etc/passwd", ".hidden", "", "a/b", "..", "a\nb"})
    EXPECT_EQ(avatars.of(name), nullptr) << name;
  EXPECT_EQ(avatars.of(std::string(5000, 'x')), nullptr);
}

TEST_F(AvatarsTest, ABrokenFileIsNone_AndAMendedOneIsTaken) {
  std::ofstream(folder_ + "/Ada.png") << "\x89PNG\r\n\x1a\nnot really";
  std::ofstream(folder_ + "/Bob.png") << "text";
  std::ofstream(folder_ + "/Cy.jpg") << "\xff\xd8\xff and nothing that follows";
  Avatars avatars(folder_);
  EXPECT_EQ(avatars.of("Ada"), nullptr);
  EXPECT_EQ(avatars.of("Bob"), nullptr);
  EXPECT_EQ(avatars.of("Cy"), nullptr);
  std::filesystem::remove(folder_ + "/Ada.png");
  draw("Ada.png", 16);
  std::filesystem::last_write_time(folder_ + "/Ada.png",
                                   std::filesystem::file_time_type::clock::now() + std::chrono::seconds(2));
  ASSERT_NE(avatars.of("Ada"), nullptr);
}

TEST_F(AvatarsTest, JpegIsRead) {
  gst::ensure_initialised();
  GError* problem = nullptr;
  const std::string path = folder_ + "/Jo.jpg";
  const std::string line =
      "videotestsrc num-buffers=1 ! video/x-raw,width=64,height=48 ! jpegenc ! filesink location=\"" + path +
      "\"";
  const auto pipeline = gst::sink(gst_parse_launch(line.c_str(), &problem));
  ASSERT_EQ(problem, nullptr);
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  const auto bus = gst::adopt(gst_element_get_bus(pipeline.get()));
  const auto end = gst::adopt(gst_bus_timed_pop_filtered(
      bus.get(), 5 * GST_SECOND, GstMessageType(GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  ASSERT_TRUE(end && GST_MESSAGE_TYPE(end.get()) == GST_MESSAGE_EOS);
  Avatars avatars(folder_);
  ASSERT_NE(avatars.of("Jo"), nullptr);
  EXPECT_EQ(avatars.of("Jo")->height(), 48);
}

}  // namespace
}  // namespace tessera::room

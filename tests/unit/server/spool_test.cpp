#include "server/spool.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace tessera::server {
namespace {

std::string content(const HttpResponse& response) {
  if (!response.file) return response.body;
  std::string text;
  for (const auto& piece : response.file->pieces) {
    text += piece.text;
    std::string bytes(piece.length, '\0');
    EXPECT_EQ(pread(response.file->file->get(), bytes.data(), bytes.size(), static_cast<off_t>(piece.offset)),
              static_cast<ssize_t>(bytes.size()));
    text += bytes;
  }
  return text;
}

TEST(SpoolTest, AShortTextStaysInMemory) {
  Spool spool("/nowhere", 10);
  EXPECT_TRUE(spool.append("0123456789"));
  HttpResponse response;
  std::move(spool).become_body(response);
  EXPECT_FALSE(response.file);
  EXPECT_EQ(response.body, "0123456789");
}

TEST(SpoolTest, ALongOneGoesToAFileWithoutAName) {
  const std::string folder = testing::TempDir() + "tessera-spool-" + std::to_string(getpid());
  std::filesystem::create_directory(folder);
  Spool spool(folder, 10);
  std::string whole;
  for (int i = 0; i < 100; ++i) {
    const std::string piece = std::to_string(i) + ",";
    whole += piece;
    ASSERT_TRUE(spool.append(piece));
  }
  HttpResponse response;
  std::move(spool).become_body(response);
  ASSERT_TRUE(response.file);
  EXPECT_EQ(response.file->size(), whole.size());
  EXPECT_EQ(content(response), whole);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  std::filesystem::remove_all(folder);
}

TEST(SpoolTest, WithoutAPlaceALongOneFails) {
  Spool spool("/nowhere", 10);
  const auto appended = spool.append("more than ten bytes");
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().code, "cannot-write");
}

}  // namespace
}  // namespace tessera::server

#include "room/preview_command.hpp"

#include <fmt/core.h>

#include <charconv>
#include <cstdio>
#include <filesystem>

#include "config/layouts.hpp"

namespace tessera::room {
namespace {

constexpr int failed = 1, wrong_usage = 2;

int complain(const Error& failure, int status) {
  fmt::print(stderr, "tessera: {}\n", failure.message);
  return status;
}

// "1280x720"
Result<media::PreviewSpec> spec_of(const PreviewOptions& options) {
  media::PreviewSpec spec;
  spec.crowd = options.crowd;
  const std::string& text = options.size;
  const char* end = text.data() + text.size();
  const auto [cross, bad_width] = std::from_chars(text.data(), end, spec.width);
  if (bad_width == std::errc{} && cross != end && *cross == 'x') {
    const auto [last, bad_height] = std::from_chars(cross + 1, end, spec.height);
    if (bad_height == std::errc{} && last == end) return spec;
  }
  return error("bad-usage", "--size: a width and a height such as 1280x720, not \"{}\"", text);
}

Result<layout::Layout> layout_in(const std::string& source) {
  auto json = Json::parse(source);
  if (!json) return std::move(json).error();
  return layout::Layout::from_json(*json);
}

bool write_out(const std::string& path, const std::string& bytes) {
  std::FILE* file = path == "-" ? stdout : std::fopen(path.c_str(), "wb");
  if (!file) return false;
  const bool whole = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  return (file == stdout ? std::fflush(file) : std::fclose(file)) == 0 && whole;
}

}  // namespace

int preview_command(const PreviewOptions& options) {
  const auto layout =
      options.source.empty() ? config::load_layout_file(options.file) : layout_in(options.source);
  if (!layout) return complain(layout.error(), wrong_usage);
  const auto spec = spec_of(options);
  if (!spec) return complain(spec.error(), wrong_usage);
  const auto directory =
      options.source.empty() ? std::filesystem::path(options.file).parent_path().string() : options.images;
  const auto picture = media::draw_preview(*layout, directory, *spec);
  if (!picture)
    return complain(picture.error(), picture.error().code == "bad-request" ? wrong_usage : failed);
  if (!write_out(options.output, media::png_of(picture->get())))
    return complain(error("cannot-write", "{} cannot be written", options.output), failed);
  return 0;
}

}  // namespace tessera::room

#include "recording/webvtt.hpp"

#include <fmt/format.h>

namespace tessera::recording {

std::string vtt_time(std::int64_t ms) {
  return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
}

std::string vtt_text(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '&')
      safe += "&amp;";
    else if (c == '<')
      safe += "&lt;";
    else if (c == '>')
      safe += "&gt;";
    else if (static_cast<unsigned char>(c) < 0x20)
      safe += ' ';
    else
      safe += c;
  }
  return safe;
}

std::string chapters_vtt(const std::vector<Chapter>& chapters, std::int64_t duration_ms) {
  std::string text = "WEBVTT\n";
  for (std::size_t i = 0; i < chapters.size(); ++i) {
    const std::int64_t end = i + 1 < chapters.size() ? chapters[i + 1].ms : duration_ms;
    // A cue must end after it starts.
    text += fmt::format("\n{}\n{} --> {}\n{}\n", i + 1, vtt_time(chapters[i].ms),
                        vtt_time(std::max(end, chapters[i].ms + 1)), vtt_text(chapters[i].title));
  }
  return text;
}

std::string strip_vtt(const std::vector<StripCell>& cells, std::string_view image) {
  std::string text = "WEBVTT\n";
  for (const StripCell& cell : cells)
    text += fmt::format("\n{} --> {}\n{}#xywh={},{},{},{}\n", vtt_time(cell.from_ms), vtt_time(cell.to_ms),
                        image, cell.x, cell.y, cell.width, cell.height);
  return text;
}

}  // namespace tessera::recording

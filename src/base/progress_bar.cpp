#include "base/progress_bar.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace tessera {
namespace {

constexpr std::size_t usual_columns = 80;

std::size_t columns() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual_columns;
  return size.ws_col;
}

}  // namespace

std::string progress_line(const std::string& name, double done, std::size_t columns) {
  const int percent = static_cast<int>(std::clamp(done, 0.0, 1.0) * 100);
  const std::size_t frame = 9;  // " [" "] 100 %"
  if (columns < frame + 12) return fmt::format("{:3} %", percent);
  const std::string shown = name.substr(0, std::min(name.size(), (columns - frame) * 2 / 3));
  const std::size_t width = std::min<std::size_t>(columns - frame - shown.size() - 1, 40);
  const std::size_t full = width * static_cast<std::size_t>(percent) / 100;
  return fmt::format("{} [{}{}] {:3} %", shown, std::string(full, '#'), std::string(width - full, '-'),
                     percent);
}

ProgressBar::ProgressBar(std::string name)
    : name_(std::move(name)), terminal_(::isatty(STDERR_FILENO) == 1) {}

void ProgressBar::show(double done) {
  const int percent = static_cast<int>(std::clamp(done, 0.0, 1.0) * 100);
  if (!terminal_ || percent == percent_) return;
  percent_ = percent;
  fmt::print(stderr, "\r\x1b[K{}", progress_line(name_, done, columns()));
  std::fflush(stderr);
}

void ProgressBar::clear() {
  if (percent_ < 0) return;
  percent_ = -1;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

}  // namespace tessera

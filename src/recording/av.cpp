#include "recording/av.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <mutex>
#include <string_view>

#include "base/log.hpp"
#include "recording/files.hpp"

namespace tessera::recording::av {
namespace {

void log_line(void* context, int level, const char* format, va_list arguments) {
  if (level > AV_LOG_INFO || !log::enabled(log::Level::debug)) return;
  std::array<char, 1024> line{};
  int prefix = 1;
  av_log_format_line2(context, level, format, arguments, line.data(), static_cast<int>(line.size()), &prefix);
  std::string_view text(line.data());
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  if (!text.empty()) log::debug("libav: {}", text);
}

}  // namespace

std::string text_of(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

Error write_error(const std::string& path, int code) {
  return error(write_error_code(AVUNERROR(code)), "cannot write {}: {}", path, text_of(code));
}

int end_file(AVFormatContext* output) {
  if (const int code = av_write_trailer(output); code < 0) return code;
  avio_flush(output->pb);
  if (output->pb->error < 0) return output->pb->error;
  return avio_closep(&output->pb);
}

bool is_of_the_machine(int code) {
  constexpr std::array codes = {EIO,   ENOENT,  EACCES,  EMFILE,    ENFILE,   ESTALE,   ENODEV,
                                ENXIO, EBADMSG, EUCLEAN, ETIMEDOUT, ENOTCONN, EREMOTEIO};
  return std::any_of(codes.begin(), codes.end(), [code](int one) { return code == AVERROR(one); });
}

bool failed_reading(const AVFormatContext* input, int code) {
  const int below = input->pb ? input->pb->error : 0;
  return is_of_the_machine(code) || (below < 0 && below != AVERROR_EOF);
}

std::uint32_t crc32(std::uint32_t so_far, std::span<const std::uint8_t> bytes) {
  return av_crc(av_crc_get_table(AV_CRC_32_IEEE_LE), so_far, bytes.data(), bytes.size());
}

void route_log() {
  static std::once_flag once;
  std::call_once(once, [] { av_log_set_callback(&log_line); });
}

namespace {

// What this program writes, and what `tessera recording mix` and exports make of it. libavformat reads some
// 350 formats, and a damaged or planted file must not choose which of them meets its bytes.
constexpr const char* own_formats = "matroska,webm,mov,mp4,ogg,wav,w64";

struct Options {
  AVDictionary* entries = nullptr;
  Options() {
    av_dict_set(&entries, "format_whitelist", own_formats, 0);
    av_dict_set(&entries, "protocol_whitelist", "file", 0);
  }
  ~Options() { av_dict_free(&entries); }
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;
};

}  // namespace

Result<Input> open_input(const std::string& path) {
  route_log();
  Options options;
  AVFormatContext* raw = nullptr;
  // "file:" so that a path with a colon is not taken for another protocol.
  const int code = avformat_open_input(&raw, ("file:" + path).c_str(), nullptr, &options.entries);
  if (code < 0) {
    return error(is_of_the_machine(code) || code == AVERROR(ENOMEM) ? "cannot-read" : "unreadable",
                 "cannot open {}: {}", path, text_of(code));
  }
  return Input(raw);
}

}  // namespace tessera::recording::av

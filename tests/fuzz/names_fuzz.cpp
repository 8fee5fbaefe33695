// Names that may become part of a path, and times in them: each reads as it was written, none leads anywhere
// else.
// options: -max_len=1024
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "fuzz.hpp"
#include "layout/value_reader.hpp"
#include "recording/beneath.hpp"
#include "recording/names.hpp"
#include "server/names.hpp"

namespace {

using namespace tessera::fuzz;
namespace recording = tessera::recording;

// A folder with one file in it, a link out of it and a pipe that would hang who opens it.
const std::string& folder() {
  static const std::string& made = *[] {  // never destroyed: it is tidied up at the very end
    std::string path = "/tmp/tessera-fuzz-XXXXXX";
    if (!::mkdtemp(path.data())) std::abort();
    ::mkdir((path + "/in").c_str(), 0700);
    ::mkdir((path + "/in/tracks").c_str(), 0700);
    for (const char* name : {"/outside", "/in/recording.mp4", "/in/tracks/p1.mkv"})
      ::close(::open((path + name).c_str(), O_CREAT | O_WRONLY, 0600));
    (void)!::symlink("../outside", (path + "/in/link").c_str());
    (void)!::symlink("..", (path + "/in/up").c_str());
    ::mkfifo((path + "/in/pipe").c_str(), 0600);
    std::atexit([] {
      for (const char* name :
           {"/in/pipe", "/in/up", "/in/link", "/in/tracks/p1.mkv", "/in/recording.mp4", "/outside"})
        ::unlink((folder() + name).c_str());
      for (const char* name : {"/in/tracks", "/in", ""}) ::rmdir((folder() + name).c_str());
    });
    return new std::string(path);
  }();
  return made;
}

bool is_plain(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos &&
         name.find('\0') == name.npos;
}

void check_times(std::string_view text) {
  if (const auto time = recording::parse_timestamp(text)) {
    const auto written = recording::timestamp(*time);
    expect(recording::parse_timestamp(written) == time, "a time reads as it was written: {} from {}", written,
           text);
    const auto folder_name = recording::folder_name(*time);
    expect(recording::valid_folder_name(folder_name), "a time makes a folder's name: {}", folder_name);
    expect(recording::start_of(folder_name) == time, "a folder's name gives its time: {}", folder_name);
  }
  (void)recording::start_of(text);
}

void check_files(std::string_view text) {
  if (const auto part = recording::part_of_live(text))
    expect(recording::live_name(*part) == text && *part <= recording::max_parts,
           "a live file's part gives its name");
  if (const auto name = recording::part_of_final(text))
    expect(is_plain(text) && name->part >= 1 && name->part <= recording::max_parts,
           "a finished file's name is plain");
  (void)recording::is_working_file(text);
  if (const auto opened = recording::open_beneath(folder() + "/in", text)) {
    const bool inside = text == "recording.mp4" || text == "tracks/p1.mkv";
    expect(inside, "only a file of the folder is opened: {}", text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto text = text_of(bytes, size);
  check_times(text);
  check_files(text);
  if (recording::valid_room_name(text)) expect(is_plain(text) && text.size() <= 64, "a room's name is plain");
  expect(recording::valid_room_name(text) == tessera::server::is_room_name(text),
         "both sides agree on rooms' names");
  if (const auto folder_of_id = recording::folder_of(text)) {
    expect(recording::valid_folder_name(*folder_of_id), "an id names a folder: {}", *folder_of_id);
    expect(is_plain(text), "an id is plain");
  }
  if (tessera::server::is_id(text)) expect(is_plain(text), "an id of the API is plain");
  if (tessera::layout::is_layout_name(text)) expect(is_plain(text), "a layout's name is plain");
  if (tessera::layout::is_plain_file_name(text))
    expect(is_plain(text), "a file beside a layout is there: {}", text);
  return 0;
}

#include "room/check_pipelines.hpp"

#include "config/pipelines.hpp"
#include "gst/element.hpp"

namespace tessera::room {

Result<void> check_pipelines(const std::string& directory) {
  auto pipelines = config::Pipelines::load(directory);
  if (!pipelines) return std::move(pipelines).error();
  std::string faults;
  const auto note = [&](const std::string& name, const std::string& reason) {
    faults += fmt::format("{}{}/{}.gst: {}", faults.empty() ? "" : "\n", directory, name, reason);
  };
  for (const char* needed : {"encode-h264", "encode-vp8", "decode-h264", "decode-vp8", "decode-vp9"})
    if (!pipelines->has(needed)) note(needed, "is missing; the program instantiates it");
  for (const auto& name : pipelines->names()) {
    const auto text = pipelines->get(name);
    if (!text) {
      note(name, text.error().message);
      continue;
    }
    if (auto bin = gst::parse_bin(*text, name); !bin) note(name, bin.error().message);
  }
  if (!faults.empty()) return Error{"bad-pipeline", faults};
  return {};
}

}  // namespace tessera::room

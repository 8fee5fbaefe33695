#include "room/check_pipelines.hpp"

#include "config/pipelines.hpp"
#include "gst/element.hpp"
#include "recording/record_pipeline.hpp"

namespace tessera::room {

Result<void> check_pipelines(const std::string& directory) {
  auto pipelines = config::Pipelines::load(directory);
  if (!pipelines) return std::move(pipelines).error();
  std::string faults;
  const auto note = [&](const std::string& name, const std::string& reason) {
    faults += fmt::format("{}{}/{}.gst: {}", faults.empty() ? "" : "\n", directory, name, reason);
  };
  std::vector<std::string> needed = {"encode-h264", "encode-vp8", "decode-h264", "decode-vp8", "decode-vp9"};
  for (const auto& format : recording::all_formats()) needed.emplace_back(format.pipeline);
  for (const auto& name : needed)
    if (!pipelines->has(name)) note(name, "is missing; the program instantiates it");
  for (const auto& name : pipelines->names()) {
    const auto text = pipelines->get(name);
    if (!text) {
      note(name, text.error().message);
      continue;
    }
    auto bin = gst::parse_bin(*text, name);
    if (!bin) {
      note(name, bin.error().message);
      continue;
    }
    for (const auto& format : recording::all_formats())
      if (format.pipeline == name)
        if (auto whole = recording::check_record_bin(bin->get(), format); !whole)
          note(name, whole.error().message);
  }
  if (!faults.empty()) return Error{"bad-pipeline", faults};
  return {};
}

}  // namespace tessera::room

#include "upload/journal.hpp"

#include <unistd.h>

#include "recording/files.hpp"

namespace tessera::upload {

Journal Journal::load(const std::string& directory, const std::string& destination) {
  Journal journal;
  journal.path_ = directory + "/" + journal_file;
  journal.content_ = Json::object({{"version", 1}, {"destination", destination}, {"files", Json::object()}});
  const auto text = recording::read_small_file(journal.path_);
  if (!text) return journal;
  auto known = Json::parse(*text);
  if (known && (*known)["version"].as_int() == 1 && (*known)["destination"].as_string() == destination &&
      (*known)["files"].is_object())
    journal.content_ = std::move(*known);
  return journal;
}

const Json* Journal::entry(const std::string& file, const std::string& sha256) const {
  const Json* found = content_["files"].find(file);
  return found && (*found)["sha256"].as_string() == sha256 ? found : nullptr;
}

bool Journal::is_done(const std::string& file, const std::string& sha256) const {
  const Json* found = entry(file, sha256);
  return found && (*found)["done"].as_bool();
}

std::string Journal::sum_of(const std::string& file) const {
  return content_["files"][file]["sha256"].as_string();
}

PartialUpload Journal::partial(const std::string& file, const std::string& sha256) const {
  PartialUpload upload;
  const Json* found = entry(file, sha256);
  if (!found) return upload;
  const std::int64_t part_bytes = (*found)["partBytes"].as_int();
  if (part_bytes <= 0) return upload;
  upload.upload_id = (*found)["uploadId"].as_string();
  upload.part_bytes = static_cast<std::uint64_t>(part_bytes);
  for (const Json& etag : (*found)["etags"].items()) upload.etags.push_back(etag.as_string());
  upload.completed = (*found)["completed"].as_bool();
  return upload;
}

Result<void> Journal::note_partial(const std::string& file, const std::string& sha256,
                                   const PartialUpload& upload) {
  Json etags = Json::array();
  for (const auto& etag : upload.etags) etags.push(etag);
  return set(file, Json::object({{"sha256", sha256},
                                 {"uploadId", upload.upload_id},
                                 {"partBytes", upload.part_bytes},
                                 {"etags", std::move(etags)},
                                 {"completed", upload.completed}}));
}

Result<void> Journal::note_done(const std::string& file, const std::string& sha256) {
  return set(file, Json::object({{"sha256", sha256}, {"done", true}}));
}

Result<void> Journal::forget(const std::string& file) {
  return set(file, Json::object({{"sha256", sum_of(file)}}));
}

Result<void> Journal::set(const std::string& file, Json entry) {
  Json files = content_["files"];
  files.set(file, std::move(entry));
  content_.set("files", std::move(files));
  return recording::write_atomically(path_, content_.dump(true) + "\n");
}

void Journal::remove() const {
  ::unlink(path_.c_str());
}

}  // namespace tessera::upload

#include "upload/s3_target.hpp"

#include <chrono>
#include <optional>
#include <thread>

#include "base/log.hpp"
#include "recording/digest.hpp"
#include "upload/s3_text.hpp"

namespace tessera::upload {
namespace {

constexpr int attempts = 4;
constexpr std::chrono::milliseconds first_pause{200};

bool may_pass(const S3Response& response) {
  // A line that was too slow is told by a status of 400.
  return response.status == 408 || response.status == 429 || response.status >= 500 ||
         xml_text(response.body, "Code") == "RequestTimeout";
}

const char* code_of(const S3Response& response) {
  if (may_pass(response)) return "upload-failed";
  if (response.status == 404) return "not-found";
  return response.status == 401 || response.status == 403 ? "forbidden" : "upload-refused";
}

/// What was not answered, or is forbidden now, may be had another time.
bool is_final(const Error& failure) {
  return failure.code != "upload-failed" && failure.code != "forbidden";
}

/// As the rest of the program knows it.
Error outward(Error failure) {
  if (failure.code == "not-found" || failure.code == "forbidden") failure.code = "upload-refused";
  return failure;
}

/// What is sent is read after its sum was checked, perhaps hours later.
Error changed(const Item& item) {
  return error("verify-failed", "{} changed while it was being uploaded", item.name);
}

/// The store's own words, when it has any.
Error refusal(const S3Request& request, const S3Response& response) {
  const std::string code = xml_text(response.body, "Code").value_or("");
  const std::string message = xml_text(response.body, "Message").value_or("");
  return error(code_of(response), "{} {}: {} {} {}", request.method, request.key, response.status, code,
               message);
}

std::string header(const S3Response& response, const std::string& name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? "" : found->second;
}

constexpr const char* sum_header = "x-amz-meta-sha256";

}  // namespace

S3Target::S3Target(const config::UploadConfig& config)
    : client_(config),
      bucket_(config.bucket),
      prefix_(config.prefix),
      part_bytes_(static_cast<std::uint64_t>(config.part_mb) << 20) {}

std::string S3Target::url_of(const std::string& key) const {
  return "s3://" + bucket_ + "/" + prefix_ + key;
}

Result<S3Response> S3Target::send(const S3Request& request, const std::function<void()>& begin) {
  auto pause = first_pause;
  for (int attempt = 1;; ++attempt, pause *= 2) {
    if (begin) begin();
    auto response = client_.send(request);
    if (response && response->status < 300) return response;
    Error failure = response ? refusal(request, *response) : response.error();
    const bool again = !response || may_pass(*response);
    if (!again || attempt == attempts) return failure;
    log::debug("upload: {}; trying again", failure.message);
    std::this_thread::sleep_for(pause);
  }
}

Result<void> S3Target::put(const Source& source, const Item& item, Journal& journal,
                           const Progress& progress) {
  if (auto done = put_object(source, item, journal, progress); !done) return outward(done.error());
  return journal.note_done(item.name, item.sha256);
}

Result<void> S3Target::put_object(const Source& source, const Item& item, Journal& journal,
                                  const Progress& progress) {
  return source.size() <= part_bytes_ ? put_whole(source, item, progress)
                                      : put_in_parts(source, item, journal, progress);
}

Result<void> S3Target::put_whole(const Source& source, const Item& item, const Progress& progress) {
  const auto sums = source.sums(0, source.size());
  if (!sums) return sums.error();
  if (recording::hex(sums->sha256) != item.sha256) return changed(item);
  const auto response = send({.method = "PUT",
                              .key = key_of(item),
                              .query = "",
                              .headers = {std::string(sum_header) + ": " + item.sha256},
                              .body = {&source, 0, source.size(), sums->sha256},
                              .sink = {},
                              .progress = progress});
  if (!response) return response.error();
  return verify(source, item, etag_of({sums->md5}, false));
}

Result<std::string> S3Target::begin_parts(const Item& item) {
  const S3Request request{.method = "POST",
                          .key = key_of(item),
                          .query = "uploads=",
                          .headers = {std::string(sum_header) + ": " + item.sha256},
                          .body = {},
                          .sink = {},
                          .progress = {}};
  const auto response = send(request);
  if (!response) return response.error();
  auto id = xml_text(response->body, "UploadId");
  if (!id) return error("upload-failed", "{}: the store began an upload without naming it", item.key);
  return std::move(*id);
}

Result<void> S3Target::put_in_parts(const Source& source, const Item& item, Journal& journal,
                                    const Progress& progress) {
  const std::uint64_t part_bytes = part_bytes_for(source.size(), part_bytes_);
  PartialUpload upload = journal.partial(item.name, item.sha256);
  // Somebody wants parts of another size, perhaps because the store does.
  if (!upload.upload_id.empty() && !upload.completed && upload.part_bytes != part_bytes) {
    abandon(item, upload, journal);
    upload = {};
  }
  if (upload.upload_id.empty()) {
    auto begun = begin_parts(item);
    if (!begun) return begun.error();
    upload = {.upload_id = std::move(*begun), .part_bytes = part_bytes, .etags = {}, .completed = false};
    if (auto noted = journal.note_partial(item.name, item.sha256, upload); !noted) return noted;
  }
  std::vector<std::string> md5s;
  recording::Digest digest(recording::Digest::Kind::sha256);
  for (std::uint64_t offset = 0, number = 1; offset < source.size(); offset += upload.part_bytes, ++number) {
    const std::uint64_t length = std::min(upload.part_bytes, source.size() - offset);
    const auto sums = source.sums(offset, length, &digest);
    if (!sums) return sums.error();
    md5s.push_back(sums->md5);
    if (upload.etags.size() >= number) continue;  // sent before a restart
    const auto part_progress = [&](double done) {
      if (progress)
        progress((static_cast<double>(offset) + done * static_cast<double>(length)) /
                 static_cast<double>(source.size()));
    };
    const auto response =
        send({.method = "PUT",
              .key = key_of(item),
              .query = fmt::format("partNumber={}&uploadId={}", number, encode_query(upload.upload_id)),
              .headers = {},
              .body = {&source, offset, length, sums->sha256},
              .sink = {},
              .progress = part_progress});
    if (!response) {
      // The store forgot it (they expire): the next attempt begins anew.
      if (response.error().code == "not-found") abandon(item, upload, journal);
      return response.error();
    }
    upload.etags.push_back(bare_etag(header(*response, "etag")));
    if (auto noted = journal.note_partial(item.name, item.sha256, upload); !noted) return noted;
  }
  if (recording::hex(digest.finish()) != item.sha256) {
    abandon(item, upload, journal);
    return changed(item);
  }
  const auto completed = upload.completed ? Result<void>() : complete_parts(item, upload);
  if (completed && !upload.completed) {
    upload.completed = true;
    if (auto noted = journal.note_partial(item.name, item.sha256, upload); !noted) return noted;
  }
  // Whatever the answer was, or if there was none: what counts is what is there.
  const auto whole = verify(source, item, etag_of(md5s, true));
  if (whole) return whole;
  // An upload that is not there may be one that was completed, and nobody could tell us yet.
  const bool open =
      !completed && completed.error().code == "not-found" && whole.error().code == "upload-failed";
  const Error& failure = completed || open ? whole.error() : completed.error();
  if (is_final(failure)) abandon(item, upload, journal);
  return failure;
}

void S3Target::abandon(const Item& item, const PartialUpload& upload, Journal& journal) {
  // Parts that nobody will complete cost money. Where the store has none any more, that is as well.
  (void)client_
      .send({.method = "DELETE",
             .key = key_of(item),
             .query = "uploadId=" + encode_query(upload.upload_id),
             .headers = {},
             .body = {},
             .sink = {},
             .progress = {}})
      .ok();
  (void)journal.note_partial(item.name, item.sha256, {}).ok();
}

Result<void> S3Target::complete_parts(const Item& item, const PartialUpload& upload) {
  const Source body = Source::of_text(complete_body(upload.etags));
  const auto sums = body.sums(0, body.size());
  const S3Request request{.method = "POST",
                          .key = key_of(item),
                          .query = "uploadId=" + encode_query(upload.upload_id),
                          .headers = {"Content-Type: application/xml"},
                          .body = {&body, 0, body.size(), sums->sha256},
                          .sink = {},
                          .progress = {}};
  const auto response = send(request);
  if (!response) return response.error();
  // S3 may begin with 200 and fail later: then the body says so.
  const auto code = xml_text(response->body, "Code");
  if (!code) return {};
  Error failure = refusal(request, *response);
  if (*code == "InternalError") failure.code = "upload-failed";
  return failure;
}

Result<S3Response> S3Target::ask(const Item& item) {
  const S3Request request{.method = "HEAD",
                          .key = key_of(item),
                          .query = "",
                          .headers = {},
                          .body = {},
                          .sink = {},
                          .progress = {}};
  return send(request);
}

Result<bool> S3Target::holds(const Item& item, std::uint64_t bytes) {
  const auto head = ask(item);
  // Without the right to list a bucket, S3 says 403 of what is not there.
  if (!head && head.error().code != "upload-failed") return false;
  if (!head) return head.error();
  if (header(*head, "content-length") != std::to_string(bytes)) return false;
  const std::string sum = header(*head, sum_header);
  if (!sum.empty()) return sum == item.sha256;
  const auto same = read_back(bytes, item);  // some stores keep no headers
  if (!same && same.error().code != "verify-failed") return outward(same.error());
  return same.ok();
}

Result<void> S3Target::verify(const Source& source, const Item& item, const std::string& expected) {
  const auto head = ask(item);
  if (!head) return head.error();
  if (header(*head, "content-length") != std::to_string(source.size()))
    return error("verify-failed", "{} has {} bytes in the store, {} here", item.key,
                 header(*head, "content-length"), source.size());
  if (bare_etag(header(*head, "etag")) == expected) return {};
  // Encrypted by the store, or damaged: only its content tells. Who may not read it may some day.
  auto same = read_back(source.size(), item);
  if (same || is_final(same.error())) return same;
  return error("upload-failed", "{}", same.error().message);
}

Result<void> S3Target::read_back(std::uint64_t expected, const Item& item) {
  std::optional<recording::Digest> digest;
  std::uint64_t bytes = 0;
  const S3Request request{.method = "GET",
                          .key = key_of(item),
                          .query = "",
                          .headers = {},
                          .body = {},
                          .sink =
                              [&](std::span<const std::uint8_t> chunk) {
                                digest->add(chunk);
                                bytes += chunk.size();
                              },
                          .progress = {}};
  const auto response = send(request, [&] {
    digest.emplace(recording::Digest::Kind::sha256);
    bytes = 0;
  });
  if (!response) return response.error();
  if (response->status == 200 && bytes == expected && recording::hex(digest->finish()) == item.sha256)
    return {};
  return error("verify-failed", "{} in the store is not what was sent", item.key);
}

}  // namespace tessera::upload

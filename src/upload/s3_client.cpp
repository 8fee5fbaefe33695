#include "upload/s3_client.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <mutex>

#include "recording/digest.hpp"
#include "upload/s3_text.hpp"

namespace tessera::upload {
namespace {

constexpr std::size_t max_kept = 1 << 20;
constexpr long connect_seconds = 15;
/// No byte for so long: the connection is as good as cut.
constexpr long stall_seconds = 60;

/// What libcurl's callbacks work on during one request.
struct Exchange {
  const S3Request& request;
  CURL* curl = nullptr;
  std::uint64_t sent = 0;
  S3Response response;
};

std::size_t read_body(char* buffer, std::size_t size, std::size_t count, void* data) {
  auto& exchange = *static_cast<Exchange*>(data);
  const Body& body = exchange.request.body;
  const std::uint64_t left = body.length - exchange.sent;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size * count, left));
  const auto got =
      body.source->read(body.offset + exchange.sent, {reinterpret_cast<std::uint8_t*>(buffer), wanted});
  if (!got || *got < wanted) return CURL_READFUNC_ABORT;
  exchange.sent += *got;
  if (exchange.request.progress)
    exchange.request.progress(static_cast<double>(exchange.sent) / static_cast<double>(body.length));
  return *got;
}

/// libcurl sends a body again after a redirect or on a fresh connection.
int rewind_body(void* data, curl_off_t offset, int origin) {
  if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<Exchange*>(data)->sent = static_cast<std::uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

std::size_t write_body(char* bytes, std::size_t, std::size_t count, void* data) {
  auto& exchange = *static_cast<Exchange*>(data);
  long status = 0;
  curl_easy_getinfo(exchange.curl, CURLINFO_RESPONSE_CODE, &status);
  if (exchange.request.sink && status == 200)
    exchange.request.sink({reinterpret_cast<const std::uint8_t*>(bytes), count});
  else if (exchange.response.body.size() < max_kept)
    exchange.response.body.append(bytes, std::min(count, max_kept - exchange.response.body.size()));
  return count;
}

std::size_t note_header(char* bytes, std::size_t, std::size_t count, void* data) {
  const std::string_view line(bytes, count);
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return count;
  std::string name(line.substr(0, colon)), value(line.substr(colon + 1));
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  while (!value.empty() && std::isspace(static_cast<unsigned char>(value.back()))) value.pop_back();
  value.erase(0, std::min(value.find_first_not_of(" \t"), value.size()));
  static_cast<Exchange*>(data)->response.headers[name] = value;
  return count;
}

}  // namespace

struct S3Client::Handle {
  CURL* curl = nullptr;
  Handle() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    curl = curl_easy_init();
  }
  ~Handle() { curl_easy_cleanup(curl); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
};

S3Client::S3Client(const config::UploadConfig& config)
    : config_(config), handle_(std::make_unique<Handle>()) {
  while (config_.endpoint.ends_with('/')) config_.endpoint.pop_back();
}
S3Client::~S3Client() = default;

Result<S3Response> S3Client::send(const S3Request& request) {
  CURL* curl = handle_->curl;
  curl_easy_reset(curl);  // keeps the connection
  Exchange exchange{.request = request, .curl = curl, .sent = 0, .response = {}};
  const std::string url =
      fmt::format("{}/{}/{}{}{}", config_.endpoint, encode_key(config_.bucket), encode_key(request.key),
                  request.query.empty() ? "" : "?", request.query);
  const std::string signature = "aws:amz:" + config_.region + ":s3";
  const std::string sha256 = recording::hex(
      request.body.source ? request.body.sha256 : recording::digest_of(recording::Digest::Kind::sha256, ""));
  curl_slist* list = curl_slist_append(nullptr, ("x-amz-content-sha256: " + sha256).c_str());
  for (const std::string& header : request.headers) list = curl_slist_append(list, header.c_str());
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(list, &curl_slist_free_all);

  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_AWS_SIGV4, signature.c_str());
  curl_easy_setopt(curl, CURLOPT_USERNAME, config_.access_key.c_str());
  curl_easy_setopt(curl, CURLOPT_PASSWORD, config_.secret_key.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_seconds);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, stall_seconds);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &write_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &note_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange);
  if (request.method == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  if (request.body.source) {
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.body.length));
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, &read_body);
    curl_easy_setopt(curl, CURLOPT_READDATA, &exchange);
    curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, &rewind_body);
    curl_easy_setopt(curl, CURLOPT_SEEKDATA, &exchange);
  } else if (request.method == "POST") {
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "");
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method == "HEAD" ? nullptr : request.method.c_str());

  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK)
    return error("upload-failed", "{} {}: {}", request.method, url, curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  exchange.response.status = static_cast<int>(status);
  return std::move(exchange.response);
}

}  // namespace tessera::upload

#include "server/file_stream.hpp"

#include <fcntl.h>
#include <libsoup/soup.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/log.hpp"

namespace tessera::server {
namespace {

constexpr std::size_t chunk_size = 256 * 1024;

struct FileStream {
  int fd;
  std::uint64_t at;
  std::uint64_t left;
  ~FileStream() { ::close(fd); }
};

// Reads one chunk into the body; at the end completes it.
void push_chunk(SoupServerMessage* message, FileStream& stream) {
  SoupMessageBody* body = soup_server_message_get_response_body(message);
  if (stream.left == 0) return soup_message_body_complete(body);
  const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(stream.left, chunk_size));
  void* bytes = g_malloc(wanted);
  ssize_t got = 0;
  do {
    got = pread(stream.fd, bytes, wanted, static_cast<off_t>(stream.at));
  } while (got < 0 && errno == EINTR);
  if (got <= 0) {
    // The promised length cannot be kept: only a broken connection tells the client so.
    g_free(bytes);
    log::warn("a download broke off: the file became shorter or unreadable");
    if (GSocket* socket = soup_server_message_get_socket(message))
      g_socket_shutdown(socket, TRUE, TRUE, nullptr);
    return soup_message_body_complete(body);
  }
  stream.at += static_cast<std::uint64_t>(got);
  stream.left -= static_cast<std::uint64_t>(got);
  GBytes* chunk = g_bytes_new_take(bytes, static_cast<gsize>(got));
  soup_message_body_append_bytes(body, chunk);
  g_bytes_unref(chunk);
}

}  // namespace

bool stream_file(SoupServerMessage* message, const FileBody& file) {
  const int fd = open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return false;
  auto* stream = new FileStream{fd, file.offset, file.length};
  SoupMessageHeaders* headers = soup_server_message_get_response_headers(message);
  soup_message_headers_set_encoding(headers, SOUP_ENCODING_CONTENT_LENGTH);
  soup_message_headers_set_content_length(headers, static_cast<goffset>(file.length));
  soup_message_body_set_accumulate(soup_server_message_get_response_body(message), FALSE);
  g_signal_connect_data(
      message, "wrote-chunk", G_CALLBACK(+[](SoupServerMessage* written, gpointer data) {
        push_chunk(written, *static_cast<FileStream*>(data));
      }),
      stream, [](gpointer data, GClosure*) { delete static_cast<FileStream*>(data); }, GConnectFlags(0));
  push_chunk(message, *stream);
  return true;
}

}  // namespace tessera::server

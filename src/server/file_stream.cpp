#include "server/file_stream.hpp"

#include <fcntl.h>
#include <libsoup/soup.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/log.hpp"
#include "server/http_connection.hpp"

namespace tessera::server {
namespace {

constexpr std::size_t chunk_size = 256 * 1024;

struct FileStream {
  FileBody body;
  std::size_t piece = 0;   ///< the piece being sent
  std::uint64_t sent = 0;  ///< bytes of it, its text not counted
  bool text_sent = false;

  [[nodiscard]] bool done() const { return piece == body.pieces.size(); }
};

void append(SoupMessageBody* body, void* bytes, std::size_t size) {
  GBytes* chunk = g_bytes_new_take(bytes, size);
  soup_message_body_append_bytes(body, chunk);
  g_bytes_unref(chunk);
}

// Puts the next chunk into the body; at the end completes it.
void push_chunk(SoupServerMessage* message, FileStream& stream) {
  SoupMessageBody* body = soup_server_message_get_response_body(message);
  while (!stream.done()) {
    const FileBody::Piece& piece = stream.body.pieces[stream.piece];
    if (!stream.text_sent) {
      stream.text_sent = true;
      if (!piece.text.empty()) return append(body, g_strdup(piece.text.c_str()), piece.text.size());
    }
    if (stream.sent < piece.length) break;
    ++stream.piece;
    stream.sent = 0;
    stream.text_sent = false;
  }
  if (stream.done()) return soup_message_body_complete(body);

  const FileBody::Piece& piece = stream.body.pieces[stream.piece];
  const int fd = stream.body.file->get();
  const auto at = static_cast<off_t>(piece.offset + stream.sent);
  const auto wanted =
      static_cast<std::size_t>(std::min<std::uint64_t>(piece.length - stream.sent, chunk_size));
  void* bytes = g_malloc(wanted);
  ssize_t got = 0;
  do {
    got = pread(fd, bytes, wanted, at);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) {
    // The promised length cannot be kept: only a broken connection tells the client so.
    g_free(bytes);
    log::warn("a download broke off: the file became shorter or unreadable");
    if (const auto connection = connection_of(message)) connection->shut();
    return soup_message_body_complete(body);
  }
  // The next chunk is fetched while this one is on its way: this thread must not wait for a disk.
  posix_fadvise(fd, at + got, chunk_size, POSIX_FADV_WILLNEED);
  stream.sent += static_cast<std::uint64_t>(got);
  append(body, bytes, static_cast<std::size_t>(got));
}

}  // namespace

void stream_file(SoupServerMessage* message, const FileBody& body) {
  SoupMessageHeaders* headers = soup_server_message_get_response_headers(message);
  SoupMessageBody* out = soup_server_message_get_response_body(message);
  soup_message_headers_set_encoding(headers, SOUP_ENCODING_CONTENT_LENGTH);
  soup_message_headers_set_content_length(headers, static_cast<goffset>(body.size()));
  soup_message_body_set_accumulate(out, FALSE);
  if (g_strcmp0(soup_server_message_get_method(message), "HEAD") == 0) return soup_message_body_complete(out);
  auto* stream = new FileStream{body};
  g_signal_connect_data(
      message, "wrote-chunk", G_CALLBACK(+[](SoupServerMessage* written, gpointer data) {
        push_chunk(written, *static_cast<FileStream*>(data));
      }),
      stream, [](gpointer data, GClosure*) { delete static_cast<FileStream*>(data); }, GConnectFlags(0));
  push_chunk(message, *stream);
}

}  // namespace tessera::server

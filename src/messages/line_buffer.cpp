#include "messages/line_buffer.hpp"

namespace tessera::messages {

bool LineBuffer::feed(std::string_view bytes, const std::function<bool(std::string_view)>& visit) {
  while (!broken_ && !bytes.empty()) {
    const auto end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    if (partial_.size() + piece.size() > max_line_) {
      broken_ = true;
      partial_.clear();
      partial_.shrink_to_fit();
      break;
    }
    if (end == std::string_view::npos) {
      partial_.append(piece);
      break;
    }
    bytes.remove_prefix(end + 1);
    // Moved out first: `visit` may end up destroying or feeding this buffer's owner.
    std::string line = std::move(partial_);
    partial_.clear();
    line.append(piece);
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty() && !visit(line)) return true;
  }
  return !broken_;
}

}  // namespace tessera::messages

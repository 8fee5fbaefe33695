#pragma once
#include <cstddef>
#include <string>

namespace tessera {

/// A line on a terminal that says how far something is: "name [######----] 57 %". Goes to standard error, and
/// only when that is a terminal; elsewhere nothing is written. Takes itself away when it goes.
class ProgressBar {
 public:
  explicit ProgressBar(std::string name);
  ~ProgressBar() { clear(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(double done);  ///< 0…1; draws when the whole per cent has changed
  void clear();

 private:
  std::string name_;
  bool terminal_;
  int percent_ = -1;
};

/// The line as it is drawn, in `columns` columns.
std::string progress_line(const std::string& name, double done, std::size_t columns);

}  // namespace tessera

#include "base/black_box.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace tessera {

/// Shared by two processes of one program, so its layout needs no version.
struct BlackBoxPage {
  std::atomic<bool> taken;    ///< by the first thread that died
  std::atomic<bool> written;  ///< the rest is whole
  int signal;
  std::array<char, 64> owner;
  std::array<char, 32> place;
};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler writes it");

namespace {

constexpr std::array deadly = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT};

// What the handler reads. Local to the thread and in the program itself, so that reading them is safe in a
// handler.
thread_local const char* marked_owner = nullptr;
thread_local const char* marked_place = nullptr;

BlackBoxPage* carried = nullptr;
std::array<struct sigaction, deadly.size()> before;

template <std::size_t size>
void copy(std::array<char, size>& to, const char* from) {
  std::size_t at = 0;
  for (; from && at + 1 < size && from[at] != '\0'; ++at) to[at] = from[at];
  to[at] = '\0';
}

// Only what is safe in a signal handler. The earlier handler (a sanitizer's, or none) takes over at the end.
void on_deadly_signal(int number, siginfo_t* info, void*) {
  if (!carried->taken.exchange(true)) {
    carried->signal = number;
    copy(carried->owner, marked_owner);
    copy(carried->place, marked_place);
    carried->written.store(true, std::memory_order_release);
  }
  for (std::size_t i = 0; i < deadly.size(); ++i)
    if (deadly[i] == number) sigaction(number, &before[i], nullptr);
  // A fault happens again when the instruction runs again; what was sent does not.
  if (info->si_code <= 0) raise(number);
}

BlackBoxPage* map(int fd) {
  void* memory = mmap(nullptr, sizeof(BlackBoxPage), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<BlackBoxPage*>(memory);
}

template <std::size_t size>
std::string printable(const std::array<char, size>& text) {
  std::string result;
  for (const char c : text) {
    if (c == '\0') break;
    if (c > ' ' && c < 0x7F) result += c;
  }
  return result;
}

}  // namespace

Result<std::unique_ptr<BlackBox>> BlackBox::create() {
  const int fd = memfd_create("black-box", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) return error("no-black-box", "no shared memory: {}", std::strerror(errno));
  // The child must not shrink what this process reads.
  BlackBoxPage* page = nullptr;
  if (ftruncate(fd, sizeof(BlackBoxPage)) == 0 &&
      fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
    page = map(fd);
  if (!page) {
    const int failure = errno;
    ::close(fd);
    return error("no-black-box", "shared memory cannot be used: {}", std::strerror(failure));
  }
  return std::unique_ptr<BlackBox>(new BlackBox(fd, page));
}

BlackBox::~BlackBox() {
  munmap(page_, sizeof(BlackBoxPage));
  ::close(fd_);
}

std::optional<BlackBoxEntry> BlackBox::read() const {
  if (!page_->written.load(std::memory_order_acquire)) return std::nullopt;
  const BlackBoxPage& page = *page_;
  return BlackBoxEntry{page.signal, printable(page.owner), printable(page.place)};
}

Result<void> carry_black_box(int fd) {
  struct stat about {};
  if (fstat(fd, &about) != 0 || about.st_size < static_cast<off_t>(sizeof(BlackBoxPage)))
    return error("no-black-box", "descriptor {} is no black box", fd);
  BlackBoxPage* page = map(fd);
  if (!page) return error("no-black-box", "descriptor {} cannot be mapped: {}", fd, std::strerror(errno));
  ::close(fd);
  carried = page;
  struct sigaction action {};
  action.sa_sigaction = on_deadly_signal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < deadly.size(); ++i) sigaction(deadly[i], &action, &before[i]);
  return {};
}

ReadingBytesOf::ReadingBytesOf(const char* owner, const char* place)
    : before_owner_(marked_owner), before_place_(marked_place) {
  marked_place = place;
  marked_owner = owner;
}

ReadingBytesOf::~ReadingBytesOf() {
  marked_owner = before_owner_;
  marked_place = before_place_;
}

}  // namespace tessera

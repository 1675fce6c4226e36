// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "expose/listen/listen_socket.h"
#include "util/fmt.h"

namespace routemeter::expose {
namespace {

constexpr std::size_t kScheme = 5;  // "unix:"
constexpr mode_t kMode = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP;

std::optional<std::pair<std::uint64_t, std::uint64_t>> identity_of(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return std::nullopt;
  return std::pair<std::uint64_t, std::uint64_t>(status.st_dev, status.st_ino);
}

// A unix socket on its way to a listener.
class UnixSocket {
 public:
  UnixSocket(std::string text, std::string path) : text_(std::move(text)), path_(std::move(path)) {
    address_.sun_family = AF_UNIX;
    path_.copy(address_.sun_path, sizeof address_.sun_path - 1);
  }

  util::Result<Listener> listen() {
    // Whoever else starts here waits: between the look at the old socket and the new one's first moment, a
    // second process would remove what the first has just made.
    const std::size_t slash = path_.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path_.substr(0, slash + 1);
    const util::Fd lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!lock) return failed(errno);
    while (::flock(lock.get(), LOCK_EX) != 0 && errno == EINTR) {
    }
    if (auto obstacle = clear_path()) return *obstacle;
    util::Fd fd = make_socket();
    if (!fd) return failed(errno);
    // The mode that the file is made with; the umask may have taken some of it away.
    const bool ok = ::fchmod(fd.get(), kMode) == 0 && prepare_listener(fd.get()) &&
                    ::bind(fd.get(), generic(), sizeof address_) == 0;
    if (!ok) return failed(errno);
    Listener out(std::move(fd), text_, path_);
    if (::chmod(path_.c_str(), kMode) != 0 || ::listen(out.fd(), kBacklog) != 0) return failed(errno);
    return out;
  }

 private:
  // Removes a socket that nobody listens on; says what else is in the way.
  std::optional<util::Diagnostic> clear_path() {
    struct stat status {};
    if (::lstat(path_.c_str(), &status) != 0) return std::nullopt;
    if (!S_ISSOCK(status.st_mode)) {
      return listen_error(text_, kScheme, fmt::format("'{}' exists and is no socket", path_),
                          "choose another path");
    }
    const util::Fd probe = make_socket();
    if (!probe) return failed(errno);
    if (::connect(probe.get(), generic(), sizeof address_) == 0 || errno == EAGAIN) return failed(EADDRINUSE);
    if (errno != ECONNREFUSED) return failed(errno);
    if (::unlink(path_.c_str()) != 0 && errno != ENOENT) return failed(errno);
    return std::nullopt;
  }

  static util::Fd make_socket() {
    return util::Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  }
  const sockaddr* generic() const { return reinterpret_cast<const sockaddr*>(&address_); }

  util::Diagnostic failed(int error) const {
    std::string hint;
    if (error == EADDRINUSE) hint = "another process listens there; choose another path";
    if (error == ENOENT) hint = "make its folder first, or let systemd do it: RuntimeDirectory=routemeter";
    return listen_error(text_, 0, fmt::format("cannot listen on '{}': {}", text_, util::errno_text(error)),
                        hint);
  }

  std::string text_;
  std::string path_;
  sockaddr_un address_{};
};

}  // namespace

Listener::Listener(util::Fd fd, std::string address, std::string path)
    : fd_(std::move(fd)), address_(std::move(address)), path_(std::move(path)) {
  if (const auto file = identity_of(path_)) file_ = *file;
}

Listener::~Listener() {
  if (fd_ && !path_.empty() && identity_of(path_) == file_) ::unlink(path_.c_str());
}

util::Result<Listener> listen_on_unix(const std::string& address) {
  std::string path = address.substr(kScheme);
  if (path.empty())
    return listen_error(address, kScheme, "a unix socket without a path", "write 'unix:/PATH'");
  const std::size_t room = sizeof(sockaddr_un::sun_path) - 1;
  if (path.size() > room) {
    return listen_error(address, kScheme, fmt::format("the path of a unix socket has at most {} bytes", room),
                        fmt::format("this one has {}", path.size()));
  }
  return UnixSocket(address, std::move(path)).listen();
}

}  // namespace routemeter::expose

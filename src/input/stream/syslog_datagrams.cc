// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include <linux/sock_diag.h>
#include <sys/socket.h>

#include "input/read/block.h"
#include "input/stream/syslog.h"
#include "util/fmt.h"

namespace routemeter::input {
namespace {

// The kernel keeps a burst in here while we are busy; it counts about 800 bytes for a message of 200.
constexpr int kReceiveBuffer = 8 * 1024 * 1024;
constexpr std::size_t kUdpSlot = std::size_t{64} * 1024;
constexpr std::size_t kUnixSlot = kMaxLine;
constexpr std::size_t kMaxBatch = kBlockSize / kUdpSlot;
// The most that one next() receives in search of a line, in batches: senders of empty datagrams get no more.
constexpr int kDatagramEffort = 64;

class Datagrams : public StreamSource {
 public:
  Datagrams(BoundSocket socket, bool is_unix)
      : socket_(std::move(socket)), is_unix_(is_unix), slot_(is_unix ? kUnixSlot : kUdpSlot) {
    if (!is_unix_) enlarge_buffer();
  }

  int fd() const override { return socket_.fd.get(); }
  std::string description() const override { return socket_.name; }

  std::string_view caveat() const override {
    if (is_unix_) {
      return "messages sent while nobody receives are lost, and so are those of a sender that does not wait "
             "while the queue (net.unix.max_dgram_qlen) is full; nobody can count them";
    }
    return "UDP datagrams lost on the way or while nobody receives cannot be counted; those that found the "
           "receive buffer full are";
  }

  Stats stats() const override {
    Stats out = stats_;
    out.kernel_drops += drops_since_last();
    return out;
  }

  bool next(Block& block) override {
    BlockWriter out(block);
    for (int batch = 0; batch < kDatagramEffort && out.used() < kReadSize; ++batch) {
      if (!receive(out)) break;
    }
    // Often enough for a counter of 32 bits.
    const std::uint32_t drops = drops_since_last();
    stats_.kernel_drops += drops;
    last_drops_ += drops;
    return out.finish();
  }

 private:
  // False when there is nothing more now.
  bool receive(BlockWriter& out) {
    std::array<mmsghdr, kMaxBatch> messages{};
    std::array<iovec, kMaxBatch> slots{};
    const std::size_t count = std::min(kMaxBatch, out.room() / slot_);
    char* const first = out.end();
    for (std::size_t i = 0; i < count; ++i) {
      slots[i] = {first + i * slot_, slot_ - 1};  // each leaves room for its newline
      messages[i].msg_hdr.msg_iov = &slots[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int received =
        ::recvmmsg(fd(), messages.data(), static_cast<unsigned>(count), MSG_DONTWAIT, nullptr);
    if (received <= 0) return false;
    for (std::size_t i = 0; i < static_cast<std::size_t>(received); ++i) {
      if ((messages[i].msg_hdr.msg_flags & MSG_TRUNC) != 0) {
        out.skip_too_long();
        ++stats_.datagrams_truncated;
      } else {
        out.put({first + i * slot_, messages[i].msg_len});
      }
    }
    return static_cast<std::size_t>(received) == count;
  }

  void enlarge_buffer() {
    const auto set = [this](int name) {
      return ::setsockopt(socket_.fd.get(), SOL_SOCKET, name, &kReceiveBuffer, sizeof kReceiveBuffer) == 0;
    };
    if (set(SO_RCVBUFFORCE)) return;
    set(SO_RCVBUF);
    int got = 0;
    socklen_t size = sizeof got;
    ::getsockopt(socket_.fd.get(), SOL_SOCKET, SO_RCVBUF, &got, &size);
    got /= 2;  // the kernel says it with its own overhead
    if (got >= kReceiveBuffer) return;
    messages_.push_back(fmt::format(
        "{}: the receive buffer has {} KiB of the {} wanted, longer bursts are lost; raise the sysctl "
        "net.core.rmem_max",
        socket_.name, got / 1024, kReceiveBuffer / 1024));
  }

  // SO_MEMINFO has the counter of SO_RXQ_OVFL as it is now; SO_RXQ_OVFL itself comes with the next datagram
  // that gets through, so the losses at the end of a burst stay unknown until then.
  std::uint32_t drops_since_last() const {
    std::array<std::uint32_t, SK_MEMINFO_VARS> values{};
    socklen_t size = sizeof values;
    if (::getsockopt(fd(), SOL_SOCKET, SO_MEMINFO, values.data(), &size) != 0) return 0;
    return values[SK_MEMINFO_DROPS] - last_drops_;
  }

  BoundSocket socket_;
  bool is_unix_;
  std::size_t slot_;
  std::uint32_t last_drops_ = 0;
};

}  // namespace

std::unique_ptr<StreamSource> receive_datagrams(BoundSocket socket, bool is_unix) {
  return std::make_unique<Datagrams>(std::move(socket), is_unix);
}

}  // namespace routemeter::input

// SPDX-License-Identifier: MIT
#include "fovea/train/loop/processes.h"

#include "fovea/core/background_task.h"
#include "fovea/core/errors.h"
#include "fovea/core/interrupted.h"

#ifdef FOVEA_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#endif
#ifdef FOVEA_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif
#if defined(FOVEA_GLOO) || defined(FOVEA_NCCL)
#define FOVEA_C10D
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <sys/socket.h>
#include <tuple>

#include <c10/util/Logging.h>
#include <netdb.h>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/version.h>
#include <unistd.h>
#endif

namespace fovea {

namespace {

std::string name_of(const ProcessPlace &place)
{
    return "process " + std::to_string(place.rank) + " of " + std::to_string(place.count);
}

} // namespace

#ifdef FOVEA_C10D

namespace {

using Patience = std::chrono::milliseconds;

/** \brief LibTorch adds the stack to what it says */
std::string first_line(const std::exception &error)
{
    std::string text = error.what();
    text.resize(std::min(text.find('\n'), text.size()));
    if (!text.empty() && text.back() == '.')
        text.pop_back();
    return text;
}

#ifdef FOVEA_GLOO
/** \brief This machine's address as rank 0's sees it; empty: none leads there */
std::string own_address(const ProcessPlace &place)
{
    addrinfo hints = {};
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo *found = nullptr;
    if (getaddrinfo(place.address.c_str(), std::to_string(place.port).c_str(), &hints, &found) != 0)
        return "";
    const std::unique_ptr<addrinfo, void (*)(addrinfo *)> release(found, freeaddrinfo);
    std::string text;
    for (const addrinfo *one = found; one != nullptr && text.empty(); one = one->ai_next) {
        const int end = socket(one->ai_family, one->ai_socktype, one->ai_protocol);
        sockaddr_storage own = {};
        socklen_t size = sizeof own;
        char digits[NI_MAXHOST] = {};
        // of datagrams this sends nothing: the kernel looks up the way
        if (end >= 0 && connect(end, one->ai_addr, one->ai_addrlen) == 0 &&
            getsockname(end, reinterpret_cast<sockaddr *>(&own), &size) == 0 &&
            getnameinfo(reinterpret_cast<sockaddr *>(&own), size, digits, sizeof digits, nullptr, 0,
                        NI_NUMERICHOST) == 0)
            text = digits;
        if (end >= 0)
            close(end);
    }
    return text;
}

/** \brief The network that GLOO_SOCKET_IFNAME names, as for PyTorch, else the one to rank 0 */
std::shared_ptr<::gloo::transport::Device> gloo_network(const ProcessPlace &place)
{
    using Gloo = c10d::ProcessGroupGloo;
    if (const char *name = std::getenv("GLOO_SOCKET_IFNAME"); name != nullptr && *name != '\0')
        return Gloo::createDeviceForInterface(name);
    const std::string address = own_address(place);
    return address.empty() ? Gloo::createDefaultDevice() : Gloo::createDeviceForHostname(address);
}
#endif

#if TORCH_VERSION_MAJOR >= 2
using Backend = c10d::Backend;
#else
using Backend = c10d::ProcessGroup;
#endif

/** \brief The store that rank 0 keeps, the backend, and where its tensors have to be */
using Meeting =
    std::tuple<c10::intrusive_ptr<c10d::TCPStore>, c10::intrusive_ptr<Backend>, at::Device>;

/**
 * \brief What each was started with is what rank 0 was: else their messages would not fit together
 *
 * Rank 0, which keeps the store, leaves last.
 */
void check_options(c10d::TCPStore &store, const ProcessPlace &place)
{
    const auto key = [](int rank) { return "options/" + std::to_string(rank); };
    const auto told = [&](int rank) {
        const std::vector<std::uint8_t> bytes = store.get(key(rank));
        return std::string(bytes.begin(), bytes.end());
    };
    const auto tell = [&] {
        store.set(key(place.rank),
                  std::vector<std::uint8_t>(place.options.begin(), place.options.end()));
    };
    const auto compare = [&](int rank, const std::string &options) {
        if (options != place.options)
            throw Error(Error::Kind::Settings,
                        "training: process " + std::to_string(rank) + " was started with '" +
                            options + "', process " + std::to_string(place.rank) + " with '" +
                            place.options + "'; expected the same options for all");
    };
    if (place.rank == 0) {
        tell();
        for (int rank = 1; rank < place.count; ++rank)
            compare(rank, told(rank));
        return;
    }
    const std::string first = told(0);
    tell();
    compare(0, first);
}

Meeting meet(const ProcessPlace &place, [[maybe_unused]] at::Device device, Patience patience)
{
    c10::initLogging(); // by TORCH_CPP_LOG_LEVEL, which LibTorch 2 looks at for Python alone
    c10d::TCPStoreOptions options;
    options.port = static_cast<std::uint16_t>(place.port);
    options.isServer = place.rank == 0;
    options.numWorkers = place.count;
    options.timeout = patience;
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
    options.useLibUV = false; // the default from then on, which Debian's LibTorch is built without
#endif
    const auto store = c10::make_intrusive<c10d::TCPStore>(place.address, options);
    check_options(*store, place);
#ifdef FOVEA_NCCL
    if (Processes::meet_by_nccl(device)) {
        const auto nccl = c10d::ProcessGroupNCCL::Options::create();
        nccl->timeout = patience;
        return {store,
                c10::make_intrusive<c10d::ProcessGroupNCCL>(store, place.rank, place.count, nccl),
                device};
    }
#endif
#ifdef FOVEA_GLOO
    const auto gloo = c10d::ProcessGroupGloo::Options::create(patience);
    gloo->devices.push_back(gloo_network(place));
    return {store,
            c10::make_intrusive<c10d::ProcessGroupGloo>(store, place.rank, place.count, gloo),
            at::kCPU};
#else
    throw std::runtime_error("this build has NCCL alone, for which each needs a GPU");
#endif
}

/** \brief LibTorch may wait for ever for what listens there and is no process of the training */
Meeting meet_in_time(const ProcessPlace &place, at::Device device, Patience patience,
                     const std::function<bool()> &stops)
{
    constexpr std::chrono::seconds grace(5); // for LibTorch to say by itself what is wrong
    constexpr std::chrono::milliseconds look(100);
    const auto result = std::make_shared<Promised<Meeting>>();
    named_thread("fovea-meet", [=] {
        result->settle([&] { return meet(place, device, patience); });
    }).detach();
    const auto end = std::chrono::steady_clock::now() + patience + grace;
    while (!result->wait_for(look)) {
        if (stops && stops())
            throw Interrupted();
        if (std::chrono::steady_clock::now() > end)
            throw std::runtime_error(place.rank == 0 ? "the others did not come"
                                                     : "what listens there does not answer");
    }
    return result->get();
}

} // namespace

class Processes::Group
{
public:
    Group(const ProcessPlace &place, at::Device device, std::chrono::seconds patience,
          const std::function<bool()> &stops)
        : place_(place)
    {
        // all are started together: one that is this late does not come
        constexpr std::chrono::seconds longest_start(300);
        const std::chrono::seconds start = std::min(patience, longest_start);
        try {
            std::tie(store_, backend_, device_) = meet_in_time(place, device, start, stops);
        } catch (const Error &) {
            throw;
        } catch (const Interrupted &) {
            throw;
        } catch (const std::exception &error) {
            throw Error(Error::Kind::Init,
                        "training: " + name_of(place) + " did not meet the others at " +
                            place.address + " port " + std::to_string(place.port) + " within " +
                            std::to_string(start.count()) + " s (" + first_line(error) +
                            "); check MASTER_ADDR and MASTER_PORT, and that all were started");
        }
        patience_ = patience;
    }

    void add_up(at::Tensor &values)
    {
        c10d::AllreduceOptions options;
        options.timeout = patience_;
        exchange(values, [&](std::vector<at::Tensor> &there) {
            return backend_->allreduce(there, options);
        });
    }

    void copy_from_first(at::Tensor &values)
    {
        c10d::BroadcastOptions options;
        options.timeout = patience_;
        exchange(values, [&](std::vector<at::Tensor> &there) {
            return backend_->broadcast(there, options);
        });
    }

    bool one_stops(bool here)
    {
        constexpr const char *key = "stop";
        try {
            if (here)
                store_->set(key, std::vector<std::uint8_t>{1});
            return here || store_->check({key});
        } catch (const std::exception &error) {
            throw lost(error);
        }
    }

private:
    Error lost(const std::exception &error) const
    {
        return {Error::Kind::Init, "training: " + name_of(place_) +
                                       " lost another one, which ended or did not come (its own "
                                       "last words say why): " +
                                       first_line(error)};
    }

    template <typename Exchange>
    void exchange(at::Tensor &values, const Exchange &with_others)
    {
        std::vector<at::Tensor> there = {values.to(device_).contiguous()};
        try {
            with_others(there)->wait();
        } catch (const std::exception &error) {
            throw lost(error);
        }
        if (!there[0].is_same(values))
            values.copy_(there[0]);
    }

    ProcessPlace place_;
    Patience patience_ = {};
    c10::intrusive_ptr<c10d::TCPStore> store_;
    c10::intrusive_ptr<Backend> backend_;
    at::Device device_ = at::kCPU; ///< of what is sent
};

#else

class Processes::Group
{
public:
    Group(const ProcessPlace &place, at::Device, std::chrono::seconds,
          const std::function<bool()> &)
    {
        throw Error(Error::Kind::Init,
                    "training: the environment asks for " + name_of(place) +
                        ", but Fovea was built without c10d; install libgloo-dev and build "
                        "again, or unset RANK and WORLD_SIZE");
    }

    void add_up(at::Tensor &) {}

    void copy_from_first(at::Tensor &) {}

    bool one_stops(bool here) { return here; }
};

#endif

Processes::Processes() = default;
Processes::~Processes() = default;

bool Processes::meet_by_nccl([[maybe_unused]] at::Device device)
{
#ifdef FOVEA_NCCL
    return device.is_cuda();
#else
    return false;
#endif
}

Processes::Processes(const ProcessPlace &place, at::Device device, std::chrono::seconds patience,
                     const std::function<bool()> &stops)
    : place_(place)
{
    if (place.count > 1)
        group_ = std::make_unique<Group>(place, device, patience, stops);
}

void Processes::add_up(at::Tensor &values) const
{
    if (group_ != nullptr)
        group_->add_up(values);
}

void Processes::copy_from_first(at::Tensor &values) const
{
    if (group_ != nullptr)
        group_->copy_from_first(values);
}

bool Processes::one_stops(bool here) const
{
    return group_ != nullptr ? group_->one_stops(here) : here;
}

void Processes::wait_for_all() const
{
    any(false);
}

bool Processes::any(bool here) const
{
    if (group_ == nullptr)
        return here;
    at::Tensor count = at::full({1}, here ? 1 : 0, at::kFloat);
    group_->add_up(count);
    return count.item<float>() > 0;
}

} // namespace fovea

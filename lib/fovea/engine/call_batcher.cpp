// SPDX-License-Identifier: MIT
#include "fovea/engine/call_batcher.h"

#include <algorithm>
#include <utility>

namespace fovea {

namespace {

bool same_size(const Array &a, const Array &b)
{
    return a.shape.size() == b.shape.size() && !a.shape.empty() &&
           std::equal(a.shape.begin() + 1, a.shape.end(), b.shape.begin() + 1);
}

} // namespace

Array CallBatcher::rows(const Array &clips)
{
    Call call;
    call.clips = &clips;
    wait_for(call);
    return std::move(call.rows);
}

void CallBatcher::run(const std::function<void()> &work)
{
    Call call;
    call.work = work;
    wait_for(call);
}

std::size_t CallBatcher::waiting()
{
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

void CallBatcher::add_user()
{
    const std::lock_guard lock(mutex_);
    ++users_;
}

void CallBatcher::remove_user()
{
    {
        const std::lock_guard lock(mutex_);
        --users_;
    }
    changed_.notify_all(); // nobody waits for it any more
}

/** The caller at the front runs the batch in its own thread. */
void CallBatcher::wait_for(Call &call)
{
    std::unique_lock lock(mutex_);
    queue_.push_back(&call);
    changed_.notify_all();
    changed_.wait(lock, [&] { return call.done || (!busy_ && queue_.front() == &call); });
    if (!call.done) {
        busy_ = true;
        if (call.clips != nullptr)
            changed_.wait_for(lock, options_.wait, [&] { return !worth_waiting(); });
        const Calls calls = take_batch();
        lock.unlock();
        execute(calls);
        lock.lock();
        for (Call *one : calls)
            one->done = true;
        busy_ = false;
        changed_.notify_all();
    }
    if (call.error != nullptr)
        std::rethrow_exception(call.error);
}

/** With the mutex held */
bool CallBatcher::worth_waiting() const
{
    std::int64_t clips = 0;
    for (const Call *call : queue_)
        clips +=
            call->clips != nullptr && !call->clips->shape.empty() ? call->clips->shape.front() : 0;
    return static_cast<int>(queue_.size()) < users_ && clips < options_.clips;
}

/** With the mutex held: the first call, and those of its kind that fit in */
CallBatcher::Calls CallBatcher::take_batch()
{
    Call *first = queue_.front();
    queue_.pop_front();
    Calls calls = {first};
    if (first->clips == nullptr || first->clips->shape.empty())
        return calls;
    std::int64_t clips = first->clips->shape.front();
    for (auto next = queue_.begin(); next != queue_.end();) {
        const Array *more = (*next)->clips;
        if (more != nullptr && same_size(*more, *first->clips) &&
            clips + more->shape.front() <= options_.clips) {
            clips += more->shape.front();
            calls.push_back(*next);
            next = queue_.erase(next);
        } else {
            ++next;
        }
    }
    return calls;
}

void CallBatcher::execute(const Calls &calls)
{
    if (calls.size() > 1) {
        try {
            execute_together(calls);
            return;
        } catch (...) { // whose fault it was shows when each runs alone
        }
    }
    for (Call *call : calls)
        execute_alone(*call);
}

void CallBatcher::execute_alone(Call &call)
{
    try {
        if (call.clips != nullptr)
            call.rows = extractor_->rows(*call.clips);
        else
            call.work();
    } catch (...) {
        call.error = std::current_exception();
    }
}

void CallBatcher::execute_together(const Calls &calls)
{
    Array all;
    all.shape = calls.front()->clips->shape;
    all.shape.front() = 0;
    for (const Call *call : calls) {
        all.shape.front() += call->clips->shape.front();
        all.values.insert(all.values.end(), call->clips->values.begin(), call->clips->values.end());
    }
    const Array rows = extractor_->rows(all);
    const std::int64_t values = rows.shape[1] * rows.shape[2];
    auto from = rows.values.begin();
    for (Call *call : calls) {
        call->rows = Array({call->clips->shape.front(), rows.shape[1], rows.shape[2]});
        std::copy_n(from, call->rows.shape.front() * values, call->rows.values.begin());
        from += call->rows.shape.front() * values;
    }
}

} // namespace fovea

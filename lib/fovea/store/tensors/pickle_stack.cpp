// SPDX-License-Identifier: MIT
#include "fovea/store/tensors/pickle_stack.h"

#include <algorithm>

namespace fovea {

namespace {

constexpr std::uint32_t deepest = 64;

} // namespace

Error PickleStack::wrong(const std::string &what) const
{
    return {Error::Kind::Settings, what + " (at byte " + std::to_string(at) + " of its pickle)"};
}

PickledValue &PickleStack::push(Kind kind)
{
    stack_.push_back(static_cast<std::uint32_t>(pickle_.values.size()));
    PickledValue &value = pickle_.values.emplace_back();
    value.kind = kind;
    return value;
}

void PickleStack::push_mark()
{
    marks_.push_back(stack_.size());
    push(Kind::Mark);
}

void PickleStack::push_tuple(std::vector<std::uint32_t> items)
{
    const std::uint32_t depth = depth_with(0, items);
    PickledValue &tuple = push(Kind::Tuple);
    tuple.depth = depth;
    tuple.items = std::move(items);
}

const PickledValue &PickleStack::top() const
{
    if (stack_.empty() || value(stack_.back()).kind == Kind::Mark)
        throw wrong("is damaged: a value is due where the stack is empty");
    return value(stack_.back());
}

std::uint32_t PickleStack::pop()
{
    top();
    const std::uint32_t last = stack_.back();
    stack_.pop_back();
    return last;
}

std::vector<std::uint32_t> PickleStack::pop_last(std::size_t count)
{
    std::vector<std::uint32_t> items(count);
    for (std::size_t i = count; i > 0; --i)
        items[i - 1] = pop();
    return items;
}

std::vector<std::uint32_t> PickleStack::pop_to_mark()
{
    if (marks_.empty())
        throw wrong("is damaged: a mark is due where there is none on the stack");
    const auto first = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<std::uint32_t> items(first + 1, stack_.end());
    stack_.erase(first, stack_.end());
    marks_.pop_back();
    return items;
}

std::uint32_t PickleStack::depth_with(std::uint32_t depth,
                                      const std::vector<std::uint32_t> &items) const
{
    for (const std::uint32_t item : items)
        depth = std::max(depth, value(item).depth + 1);
    if (depth > deepest)
        throw wrong("is nested deeper than " + std::to_string(deepest));
    return depth;
}

void PickleStack::append(const std::vector<std::uint32_t> &items, Kind kind)
{
    if (top().kind != kind)
        throw wrong(std::string("is damaged: it puts items into ") + kind_name(top().kind) +
                    ", expected " + kind_name(kind));
    if (kind == Kind::Dict && items.size() % 2 != 0)
        throw wrong("is damaged: a key of a dict has no value");
    PickledValue &container = pickle_.values[stack_.back()];
    container.depth = depth_with(container.depth, items);
    container.items.insert(container.items.end(), items.begin(), items.end());
}

void PickleStack::memorise(std::uint32_t number)
{
    top();
    memo_[number] = stack_.back();
}

void PickleStack::recall(std::uint32_t number)
{
    const auto found = memo_.find(number);
    if (found == memo_.end())
        throw wrong("is damaged: its memo holds no number " + std::to_string(number));
    stack_.push_back(found->second);
}

const PickledValue &PickleStack::item(std::uint32_t tuple, std::size_t i, Kind kind) const
{
    const PickledValue &whole = value(tuple);
    const bool there = whole.kind == Kind::Tuple && whole.items.size() > i;
    if (!there || value(whole.items[i]).kind != kind)
        throw wrong(std::string("is damaged: ") + kind_name(kind) + " is due as item " +
                    std::to_string(i) + " of a tuple" +
                    (there ? std::string(", got ") + kind_name(value(whole.items[i]).kind) : ""));
    return value(whole.items[i]);
}

} // namespace fovea

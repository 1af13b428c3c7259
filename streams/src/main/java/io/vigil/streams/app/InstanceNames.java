package io.vigil.streams.app;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which instance of an application a transaction or a member of the group belongs to, by the names that Kafka Streams gives them. */
final class InstanceNames {

    private static final String PROCESS = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";

    private final Pattern transaction;
    private final Pattern member;

    InstanceNames(String applicationId) {
        String instance = Pattern.quote(applicationId) + "-" + PROCESS;
        this.transaction = Pattern.compile(instance + "-\\d+");
        this.member = Pattern.compile(instance + "-StreamThread-\\d+-consumer");
    }

    /** Whether a transaction is one of this application. */
    boolean isTransaction(String transactionalId) {
        return transaction.matcher(transactionalId).matches();
    }

    /**
     * Those of the application's transactions whose instance has no member. None while there are no members at all, or one whose name tells
     * no instance, as with a {@code client.id} of one's own.
     *
     * @param members client ids
     */
    Set<String> withoutMember(Collection<String> transactionalIds, Collection<String> members) {
        Set<Optional<String>> instances =
                members.stream().map(name -> instance(member, name)).collect(Collectors.toSet());
        if (instances.isEmpty() || instances.contains(Optional.<String>empty())) {
            return Set.of();
        }
        return transactionalIds.stream()
                .filter(this::isTransaction)
                .filter(id -> !instances.contains(instance(transaction, id)))
                .collect(Collectors.toSet());
    }

    private static Optional<String> instance(Pattern pattern, String name) {
        Matcher matcher = pattern.matcher(name);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}

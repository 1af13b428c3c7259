package io.vigil.sinks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.vigil.sinks", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("io.vigil.sinks.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_DELIVERY_TALKS_TO_KAFKA = noClasses()
            .that()
            .resideOutsideOfPackage("..delivery..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "dev.failsafe..")
            .because("a destination takes one record and knows nothing of where it came from or of trying again");

    @ArchTest
    static final ArchRule ONLY_MQTT_KNOWS_ITS_CLIENT = noClasses()
            .that()
            .resideOutsideOfPackage("..mqtt..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.hivemq..")
            .because("another client must be a change of one package");
}
